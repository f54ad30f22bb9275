#pragma once
#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hookswitch::testkit {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = other.release();
    }
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }
  void reset();
  /// Closes with a TCP reset.
  void reset_hard();

 private:
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  int fd_;
};

/// A socket to 127.0.0.1-style `host` and `port`, non-blocking, or a closed one when refused.
[[nodiscard]] Descriptor connect_to(const std::string& host, std::uint16_t port);

/// The address in a broker's answers that has to become the gate's: the host's text and the port
/// after it.
struct Advertised {
  std::string host;
  std::uint16_t port = 0;
  std::uint16_t gate_port = 0;
};
/// Replaces it in place.
void rewrite_advertised(std::string& frame, const Advertised& address);

/// One connection through the gate: two sockets and what is on its way.
class GateLink {
 public:
  /// `advertised`: nothing is rewritten when null.
  GateLink(Descriptor client, Descriptor server, const Advertised* advertised);

  void add_to(std::vector<pollfd>& polled) const;
  /// Takes what poll() found, in the order of add_to; false when the connection is over.
  [[nodiscard]] bool carry(const pollfd& client, const pollfd& server);
  void reset_hard();

 private:
  [[nodiscard]] bool read_into(int fd, std::string& out);
  void release_frames();

  Descriptor client_;
  Descriptor server_;
  const Advertised* advertised_;
  std::string unframed_;  // of the server, until a frame is whole
  std::string to_client_;
  std::string to_server_;
};

}  // namespace hookswitch::testkit
