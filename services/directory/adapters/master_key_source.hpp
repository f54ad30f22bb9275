#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/http/response.hpp>
#include <hookswitch/sealing/master_keys.hpp>

#include <functional>

namespace hookswitch::directory {

/// Reads the master keys as they are now, so that they rotate without a restart. Thread safe; may
/// block on a file.
using MasterKeySource = std::function<Result<sealing::MasterKeys>()>;

/// 503: the source has none.
[[nodiscard]] http::Response without_master_keys(const Rejection& why);
/// 503: `whose` data key ("The workspace's") cannot be unwrapped with those there are.
[[nodiscard]] http::Response without_its_master_key(std::string_view whose, const Rejection& why);

}  // namespace hookswitch::directory
