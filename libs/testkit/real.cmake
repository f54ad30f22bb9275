# What tests need of the real Kafka and the real Postgres. Apart from testkit, which links neither.
hookswitch_library(testkit_real
  SOURCES src/real/environment.cpp src/real/gate_link.cpp src/real/test_database.cpp
    src/real/test_gate.cpp src/real/test_topics.cpp src/real/topic_tail.cpp src/real/wait_until.cpp
  LINKS hookswitch::kafka hookswitch::postgres
  PRIVATE_LINKS hookswitch::telemetry Threads::Threads)
