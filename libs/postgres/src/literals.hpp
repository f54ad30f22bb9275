#pragma once
#include <string_view>

namespace hookswitch::postgres {

/// Throws StatementError 22021 (what the server would say) when the text holds a NUL.
void refuse_nul(std::string_view text);

}  // namespace hookswitch::postgres
