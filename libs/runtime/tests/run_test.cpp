#include <hookswitch/runtime/service.hpp>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <thread>

using namespace hookswitch::runtime;
using hookswitch::telemetry::Registry;
using namespace std::chrono_literals;

namespace {

/// A port that was free a moment ago.
std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  REQUIRE(::bind(socket, generic, size) == 0);
  REQUIRE(::getsockname(socket, generic, &size) == 0);
  ::close(socket);
  return ntohs(address.sin_port);
}

/// The whole answer to a GET, or nothing when nobody listens.
std::string get(std::uint16_t port, const std::string& path) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    const auto request = "GET " + path + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    REQUIRE(::send(socket, request.data(), request.size(), MSG_NOSIGNAL) > 0);
    char buffer[4096];
    ssize_t count = 0;
    while ((count = ::recv(socket, buffer, sizeof buffer, 0)) > 0) {
      answer.append(buffer, static_cast<std::size_t>(count));
    }
  }
  ::close(socket);
  return answer;
}

bool comes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

Part part(const std::string& name, std::string& diary) {
  return {name, [name, &diary] { diary += "+" + name + " "; },
          [name, &diary] { diary += "-" + name + " "; }};
}

/// A service of these parts in a child process; the parts write on `diary`.
struct ChildService {
  std::uint16_t port = free_port();
  int diary = -1;
  pid_t pid = -1;

  explicit ChildService(const std::function<std::vector<Part>(int diary)>& parts) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      ::close(ends[0]);
      Shutdown shutdown;
      Registry registry;
      Health health;
      ServiceSettings settings;
      settings.admin_port = port;
      ::_exit(run("child", settings, registry, health, shutdown, parts(ends[1])));
    }
    ::close(ends[1]);
    diary = ends[0];
  }
  ~ChildService() {
    if (pid > 0) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
    ::close(diary);
  }
  ChildService(const ChildService&) = delete;
  ChildService& operator=(const ChildService&) = delete;

  bool becomes_ready() const {
    return comes_true(
        [this] { return get(port, "/healthz/ready").find(" 200 ") != std::string::npos; });
  }
  char next_word() const {
    char word = 0;
    return ::read(diary, &word, 1) == 1 ? word : '\0';
  }
  int exit_code() {
    int status = 0;
    ::waitpid(pid, &status, 0);
    pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
};

void say(int diary, char word) {
  if (::write(diary, &word, 1) != 1) throw std::runtime_error("the test's pipe is gone");
}

}  // namespace

TEST_CASE("parts start in order and stop in reverse, and the exit code is what was asked for") {
  Shutdown shutdown;
  Registry registry;
  Health health;
  std::string diary;
  std::vector<Part> parts{part("store", diary), part("consumer", diary)};
  parts.push_back({"last", [&] { shutdown.request(7, "the consumer was fenced"); }, {}});
  CHECK(run("test", {}, registry, health, shutdown, parts) == 7);
  CHECK(diary == "+store +consumer -consumer -store ");
}

TEST_CASE(
    "a part that fails to start ends the service with 1, after stopping those that had started") {
  Shutdown shutdown;
  Registry registry;
  Health health;
  std::string diary;
  std::vector<Part> parts{part("store", diary)};
  parts.push_back(
      {"broken", [] { throw std::runtime_error("no such host"); }, [&] { diary += "-broken "; }});
  parts.push_back(part("never", diary));
  CHECK(run("test", {}, registry, health, shutdown, parts) == 1);
  CHECK(diary == "+store -store ");
  CHECK_FALSE(health.ready());
}

TEST_CASE("a part that fails to stop does not keep the others from stopping, and is not hidden") {
  Shutdown shutdown;
  Registry registry;
  Health health;
  std::string diary;
  std::vector<Part> parts{part("store", diary)};
  parts.push_back({"stuck", [&] { shutdown.request(0, "done"); },
                   [] { throw std::runtime_error("records were left unsent"); }});
  CHECK(run("test", {}, registry, health, shutdown, parts) == 1);
  CHECK(diary == "+store -store ");
}

TEST_CASE("an admin port that is taken ends the service with 1 before any part starts") {
  const ChildService other([](int) { return std::vector<Part>{}; });
  REQUIRE(other.becomes_ready());
  Shutdown shutdown;
  Registry registry;
  Health health;
  std::string diary;
  ServiceSettings settings;
  settings.admin_port = other.port;
  CHECK(run("test", settings, registry, health, shutdown, {part("store", diary)}) == 1);
  CHECK(diary.empty());
}

TEST_CASE("the admin port tells liveness, readiness and metrics") {
  ChildService service([](int) { return std::vector<Part>{}; });
  REQUIRE(service.becomes_ready());
  CHECK_THAT(get(service.port, "/healthz/live"), Catch::Contains(" 200 "));
  CHECK_THAT(get(service.port, "/healthz/ready"),
             Catch::EndsWith(R"({"ready":true,"missing":{},"progress":{}})"));
  const auto metrics = get(service.port, "/metrics");
  CHECK_THAT(metrics, Catch::Contains("text/plain; version=0.0.4"));
  CHECK_THAT(metrics, Catch::Contains("hookswitch_build_info{service=\"child\",version=\""));
  CHECK_THAT(metrics, Catch::Contains("\nprocess_start_time_seconds "));
  CHECK_THAT(metrics, Catch::Contains("\nprocess_resident_memory_bytes ") &&
                          !Catch::Contains("\nprocess_resident_memory_bytes 0\n"));
}

TEST_CASE("readiness is refused with what is missing while the parts start") {
  ChildService service([](int diary) {
    return std::vector<Part>{{"slow",
                              [diary] {
                                say(diary, 's');
                                std::this_thread::sleep_for(1min);
                              },
                              {}}};
  });
  REQUIRE(service.next_word() == 's');
  const auto answer = get(service.port, "/healthz/ready");
  CHECK_THAT(answer, Catch::Contains(" 503 "));
  CHECK_THAT(answer, Catch::Contains(R"("missing":{"service":"starting"})"));
}

TEST_CASE(
    "SIGTERM and SIGINT stop a service in order, also when a part has threads, and it exits 0") {
  for (const int signal : {SIGTERM, SIGINT}) {
    ChildService service([](int diary) {
      return std::vector<Part>{
          {"one", [] { std::thread([] { std::this_thread::sleep_for(1min); }).detach(); },
           [diary] { say(diary, '1'); }},
          {"two", [] {}, [diary] { say(diary, '2'); }}};
    });
    REQUIRE(service.becomes_ready());
    ::kill(service.pid, signal);
    CHECK(service.next_word() == '2');
    CHECK(service.next_word() == '1');
    CHECK(service.exit_code() == 0);
  }
}

TEST_CASE("a second SIGTERM while stopping does not cut the orderly stop short") {
  ChildService service([](int diary) {
    const auto stop = [diary] {
      ::kill(::getpid(), SIGTERM);
      ::kill(::getpid(), SIGINT);
      say(diary, 's');
    };
    return std::vector<Part>{{"one", [] {}, stop}};
  });
  REQUIRE(service.becomes_ready());
  ::kill(service.pid, SIGTERM);
  CHECK(service.next_word() == 's');
  CHECK(service.exit_code() == 0);
}

TEST_CASE("a SIGTERM that comes while the parts start stops those that have started") {
  ChildService service([](int diary) {
    return std::vector<Part>{
        {"one", [] { ::kill(::getpid(), SIGTERM); }, [diary] { say(diary, '1'); }},
        {"two", [diary] { say(diary, 'x'); }, {}}};
  });
  CHECK(service.next_word() == '1');
  CHECK(service.exit_code() == 0);
}

TEST_CASE("a service survives writing to a pipe whose reader has gone") {
  ChildService service([](int) {
    const auto write_into_nothing = [] {
      int ends[2];
      if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
      ::close(ends[0]);
      if (::write(ends[1], "x", 1) >= 0) throw std::runtime_error("somebody reads");
    };
    return std::vector<Part>{{"writer", write_into_nothing, {}}};
  });
  CHECK(service.becomes_ready());
}
