#include <hookswitch/sealing/master_keys.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace hookswitch::sealing {
namespace {

constexpr std::size_t file_bytes_max = 65'536;

class OpenFile {
 public:
  // O_NONBLOCK: a named pipe in the file's place is refused, not waited for.
  explicit OpenFile(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// What is wrong with who may read it; empty: nothing.
std::string complaint(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return "is no regular file";
  const bool ours = status.st_uid == ::geteuid();
  if (!ours && status.st_uid != 0) return "belongs to another user than this process's and root";
  const mode_t allowed = S_IRUSR | S_IWUSR | (status.st_uid == 0 ? S_IRGRP : 0U);
  if ((status.st_mode & 07777U & ~allowed) != 0) {
    return status.st_uid == 0 ? "is open to others: chmod 0640 or less"
                              : "is open to others: chmod 0600 or less";
  }
  return {};
}

/// The file's text; nothing when it cannot be read to its end, with errno.
bool read_all(int descriptor, Secret& text) {
  std::size_t filled = 0;
  while (filled < text.size()) {
    const auto rest = text.bytes().subspan(filled);
    const ssize_t count = ::read(descriptor, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  Secret exact = Secret::copy_of(text.view().substr(0, filled));
  text = std::move(exact);
  return true;
}

}  // namespace

Result<MasterKeys> read_master_key_file(const std::filesystem::path& path) {
  const auto refuse = [&path](std::string message) {
    return Rejection{"bad_master_key_file", path.string(), std::move(message)};
  };
  const OpenFile file(path);
  struct stat status {};
  if (file.descriptor() < 0 || ::fstat(file.descriptor(), &status) != 0) {
    return refuse("cannot be read: " + std::generic_category().message(errno));
  }
  if (auto wrong = complaint(status); !wrong.empty()) return refuse(std::move(wrong));
  // One byte more than it may have: it may grow while it is read.
  Secret text(file_bytes_max + 1);
  if (!read_all(file.descriptor(), text)) {
    return refuse("cannot be read: " + std::generic_category().message(errno));
  }
  if (text.size() > file_bytes_max) return refuse("is larger than 64 KiB");
  auto keys = MasterKeys::parse(text.view());
  if (keys.has_error()) {
    auto rejection = keys.error();
    const std::string place = rejection.field.empty() ? "" : " " + rejection.field;
    return Rejection{std::move(rejection.code), path.string() + place,
                     std::move(rejection.message)};
  }
  return keys;
}

}  // namespace hookswitch::sealing
