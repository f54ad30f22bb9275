#pragma once
#include <optional>
#include <string>

namespace hookswitch::call_processing {

/// What the provider's analysis of a call says. Sentiments are an open vocabulary.
struct Analysis {
  std::optional<std::string> summary;
  std::optional<std::string> user_sentiment;
  std::optional<bool> call_successful;
  std::optional<bool> in_voicemail;
  std::optional<std::string> custom_json;  ///< custom_analysis_data exactly as sent
  friend bool operator==(const Analysis&, const Analysis&) = default;
};

}  // namespace hookswitch::call_processing
