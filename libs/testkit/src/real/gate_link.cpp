#include "gate_link.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>

namespace hookswitch::testkit {

namespace {

constexpr std::size_t waiting_max = 1024 * 1024;

std::string big_endian(std::uint32_t value) {
  const std::uint32_t wire = htonl(value);
  std::string out(sizeof(wire), '\0');
  std::memcpy(out.data(), &wire, sizeof(wire));
  return out;
}

bool write_from(int fd, std::string& waiting) {
  while (!waiting.empty()) {
    const ssize_t sent = ::send(fd, waiting.data(), waiting.size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    waiting.erase(0, static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

void Descriptor::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void Descriptor::reset_hard() {
  const linger now{1, 0};
  if (fd_ >= 0) ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  reset();
}

Descriptor connect_to(const std::string& host, std::uint16_t port) {
  Descriptor fd(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return Descriptor();
  if (::connect(fd.get(), std::bit_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return Descriptor();
  ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  return fd;
}

void rewrite_advertised(std::string& frame, const Advertised& address) {
  const std::string from = address.host + big_endian(address.port);
  const std::string to = address.host + big_endian(address.gate_port);
  for (auto at = frame.find(from); at != std::string::npos; at = frame.find(from, at + to.size())) {
    frame.replace(at, from.size(), to);
  }
}

GateLink::GateLink(Descriptor client, Descriptor server, const Advertised* advertised)
    : client_(std::move(client)), server_(std::move(server)), advertised_(advertised) {
  ::fcntl(client_.get(), F_SETFL, O_NONBLOCK);
}

void GateLink::add_to(std::vector<pollfd>& polled) const {
  const auto events = [](const std::string& incoming, const std::string& outgoing) {
    return static_cast<short>((incoming.size() < waiting_max ? POLLIN : 0) |
                              (outgoing.empty() ? 0 : POLLOUT));
  };
  polled.push_back({client_.get(), events(to_server_, to_client_), 0});
  polled.push_back({server_.get(), events(to_client_, to_server_), 0});
}

bool GateLink::read_into(int fd, std::string& out) {
  std::array<char, 65'536> buffer;
  const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (got > 0) out.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

/// Kafka's answers are frames behind a length of four bytes; an address could lie across two reads.
void GateLink::release_frames() {
  std::size_t done = 0;
  while (unframed_.size() - done >= 4) {
    std::uint32_t wire = 0;
    std::memcpy(&wire, unframed_.data() + done, sizeof(wire));
    const std::size_t size = std::size_t{4} + ntohl(wire);
    if (unframed_.size() - done < size) break;
    std::string frame = unframed_.substr(done, size);
    rewrite_advertised(frame, *advertised_);
    to_client_ += frame;
    done += size;
  }
  unframed_.erase(0, done);
}

bool GateLink::carry(const pollfd& client, const pollfd& server) {
  constexpr short readable = POLLIN | POLLHUP | POLLERR;
  bool alive = true;
  if ((client.revents & readable) != 0) alive = read_into(client_.get(), to_server_);
  if (alive && (server.revents & readable) != 0) {
    alive = read_into(server_.get(), advertised_ != nullptr ? unframed_ : to_client_);
    if (advertised_ != nullptr) release_frames();
  }
  const bool written = write_from(server_.get(), to_server_);
  return write_from(client_.get(), to_client_) && written && alive;
}

void GateLink::reset_hard() {
  client_.reset_hard();
  server_.reset_hard();
}

}  // namespace hookswitch::testkit
