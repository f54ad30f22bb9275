#pragma once
#include <cstdint>
#include <memory>
#include <string>

namespace hookswitch::testkit {

/// A small TCP proxy on 127.0.0.1 to put before Kafka or Postgres and to misbehave on request.
/// Thread safe; a thread of its own carries the bytes.
class TestGate {
 public:
  enum class Mode {
    forward,
    refuse,  ///< nobody listens: connections are refused; those that stood are cut
    reset,   ///< connections are taken and reset at once; those that stood too
    freeze,  ///< connections are taken, those that stand stay, and not one byte goes through either
             ///< way
  };
  enum class Protocol {
    plain,
    kafka,  ///< the broker's own address in its answers becomes the gate's, or clients would go
            ///< past the gate
  };

  /// `target`: "127.0.0.1:19092".
  explicit TestGate(const std::string& target, Protocol protocol = Protocol::plain);
  ~TestGate();
  TestGate(const TestGate&) = delete;
  TestGate& operator=(const TestGate&) = delete;

  /// "127.0.0.1:<port>", the same for the gate's whole life.
  [[nodiscard]] std::string address() const;
  /// Has taken effect when it returns.
  void set(Mode mode);
  /// Resets what stands now; new connections are as the mode says.
  void cut();
  /// Connections that stand.
  [[nodiscard]] int connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookswitch::testkit
