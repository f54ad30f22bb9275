#include "raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <stdexcept>

namespace hookswitch::http::test {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

RawAnswer parse_head(std::string_view head) {
  RawAnswer answer;
  answer.status = std::stoi(std::string(head.substr(9, 3)));
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    const auto colon = line.find(": ");
    if (colon == line.npos) break;
    answer.headers[lower(std::string(line.substr(0, colon)))] = line.substr(colon + 2);
  }
  return answer;
}

}  // namespace

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    throw std::runtime_error("no connection to the server");
  }
}

RawClient::~RawClient() {
  if (socket_ >= 0) ::close(socket_);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::fill() {
  pollfd waiting{socket_, POLLIN, 0};
  if (::poll(&waiting, 1, 10'000) != 1) return false;
  std::array<char, 65536> chunk;
  const auto got = ::recv(socket_, chunk.data(), chunk.size(), 0);
  reset_seen_ = got < 0 && errno == ECONNRESET;
  if (got <= 0) return false;
  received_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

std::optional<RawAnswer> RawClient::read_answer(bool answers_head) {
  while (received_.find("\r\n\r\n") == received_.npos) {
    if (!fill()) return std::nullopt;
  }
  const auto head_bytes = received_.find("\r\n\r\n") + 4;
  RawAnswer answer = parse_head(std::string_view(received_).substr(0, head_bytes));
  const auto length = answer.headers.find("content-length");
  const std::size_t body_bytes =
      answers_head || length == answer.headers.end() ? 0 : std::stoul(length->second);
  while (received_.size() < head_bytes + body_bytes) {
    if (!fill()) return std::nullopt;
  }
  answer.body = received_.substr(head_bytes, body_bytes);
  received_.erase(0, head_bytes + body_bytes);
  return answer;
}

bool RawClient::ended_in_order() { return closed_by_server() && !reset_seen_; }

bool RawClient::closed_by_server() {
  if (!received_.empty()) return false;
  pollfd waiting{socket_, POLLIN, 0};
  if (::poll(&waiting, 1, 10'000) != 1) return false;
  return !fill();
}

void RawClient::finish_sending() { ::shutdown(socket_, SHUT_WR); }

void RawClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket_);
  socket_ = -1;
}

std::string post(std::string_view path, std::string_view body, std::string_view more_headers) {
  std::string request = "POST ";
  request.append(path).append(" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n");
  request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  return request.append(more_headers).append("\r\n").append(body);
}

}  // namespace hookswitch::http::test
