# Language level, warnings, sanitizers and hardening for our own code.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(hookswitch_warnings INTERFACE)
target_compile_options(hookswitch_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wnull-dereference -Wswitch
  $<$<NOT:$<BOOL:${HOOKSWITCH_SANITIZER}>>:-Wshadow>)  # there, files are compiled together

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Without a timestamp in the precompiled header, ccache can hit on what uses it.
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  add_link_options(-fuse-ld=lld)
else()
  add_compile_options(-fpch-preprocess)
endif()
add_compile_options(-fno-omit-frame-pointer -fstack-protector-strong)

if(HOOKSWITCH_SANITIZER STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
elseif(HOOKSWITCH_SANITIZER STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
elseif(CMAKE_BUILD_TYPE MATCHES "Release|RelWithDebInfo")
  add_compile_options(-D_FORTIFY_SOURCE=2)
endif()
if(HOOKSWITCH_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()
if(HOOKSWITCH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(HOOKSWITCH_FAULT_INJECTION)
  add_compile_definitions(HOOKSWITCH_FAULT_INJECTION=1)
endif()
add_compile_definitions(HOOKSWITCH_VERSION="${PROJECT_VERSION}")
