# The three shapes of target in this repository: a library, an executable, a test. The LINKS of a target
# are the architecture: what is not linked cannot be included (include folders travel with the link).

# In the dev build, for what gains nothing by being optimised and takes long to be.
set(HOOKSWITCH_UNOPTIMISED $<$<CONFIG:RelWithDebInfo>:-O0> $<$<CONFIG:RelWithDebInfo>:-U_FORTIFY_SOURCE>)

# A third of the time of an unoptimised build is spent on reading the standard library: builds for tests read it once. The
# release build reads what each file includes, and so notices what a file forgets to include.
set(HOOKSWITCH_STANDARD_HEADERS <algorithm> <array> <atomic> <charconv> <chrono> <condition_variable> <cstdint> <cstdlib>
  <deque> <exception> <filesystem> <fstream> <functional> <future> <iostream> <iterator> <map> <memory> <mutex> <optional>
  <random> <set> <span> <sstream> <stdexcept> <string> <string_view> <system_error> <thread> <tuple> <unordered_map> <utility>
  <variant> <vector>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND NOT CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT HOOKSWITCH_FUZZ)
  set(HOOKSWITCH_READS_STANDARD_HEADERS_ONCE ON)
endif()

function(hookswitch_read_standard_headers_once target)
  if(NOT HOOKSWITCH_READS_STANDARD_HEADERS_ONCE)
    return()
  endif()
  if(NOT TARGET hookswitch_standard_headers)
    add_library(hookswitch_standard_headers STATIC ${CMAKE_SOURCE_DIR}/.tools/cmake/empty.cpp)
    target_precompile_headers(hookswitch_standard_headers PRIVATE ${HOOKSWITCH_STANDARD_HEADERS})
  endif()
  target_precompile_headers(${target} REUSE_FROM hookswitch_standard_headers)
  target_compile_options(${target} PRIVATE -fPIC)  # the same model as the header's library, also in an executable
endfunction()

# hookswitch_library(core SOURCES … LINKS … PRIVATE_LINKS … INCLUDE dir)
function(hookswitch_library name)
  cmake_parse_arguments(ARG "" "INCLUDE" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  set(target hookswitch_${name})
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE hookswitch_warnings)
    hookswitch_read_standard_headers_once(${target})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  if(NOT ARG_INCLUDE)
    set(ARG_INCLUDE include)
  endif()
  target_include_directories(${target} ${scope} ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_INCLUDE})
  target_link_libraries(${target} ${scope} ${ARG_LINKS})
  if(ARG_PRIVATE_LINKS AND ARG_SOURCES)
    target_link_libraries(${target} PRIVATE ${ARG_PRIVATE_LINKS})
  endif()
  add_library(hookswitch::${name} ALIAS ${target})
endfunction()

# hookswitch_executable(call-processing SOURCES … LINKS … PRECOMPILE headers): lands in <build>/bin
function(hookswitch_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRECOMPILE" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE hookswitch_warnings hookswitch::allocation ${ARG_LINKS})
  if(ARG_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE ${ARG_PRECOMPILE})
  else()
    hookswitch_read_standard_headers_once(${name})
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# hookswitch_migrations(call_migrations SCHEMA call_processing FILES migrations/0002_calls.sql …): writes call_migrations.cpp into the
# binary folder: hookswitch::<schema>::call_migrations(), which gives the SQL, so that the service needs no file beside it.
function(hookswitch_migrations name)
  cmake_parse_arguments(ARG "" "SCHEMA" "FILES" ${ARGN})
  set(entries "")
  foreach(file ${ARG_FILES})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file})
    get_filename_component(step ${file} NAME_WE)
    file(READ ${file} sql)
    string(APPEND entries "      {\"${step}\", R\"migration(${sql})migration\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp @ONLY CONTENT [[
#include "adapters/migrations.hpp"

namespace hookswitch::@ARG_SCHEMA@ {

std::vector<postgres::Migration> @name@() {
  return {
@entries@  };
}

}  // namespace hookswitch::@ARG_SCHEMA@
]])
endfunction()

# hookswitch_test(core_test LABELS unit SOURCES … LINKS …): one executable, one ctest entry.
# LABELS: unit (no I/O), component (real parts it starts itself, or fakes), system (needs the running local stack).
# FAKES_ONLY marks what links neither librdkafka nor libpq and so also runs under ThreadSanitizer, THREADS what of that
# starts threads: CI runs only those under it.
function(hookswitch_test name)
  cmake_parse_arguments(ARG "FAKES_ONLY;THREADS" "TIMEOUT" "SOURCES;LINKS;LABELS;ENVIRONMENT" ${ARGN})
  if(HOOKSWITCH_SANITIZER STREQUAL "thread" AND NOT ARG_FAKES_ONLY)
    return()
  endif()
  if(NOT TARGET hookswitch_test_main)
    # Catch2's main is what the header emits on CATCH_CONFIG_MAIN: not with the header already precompiled. It is Catch2 itself,
    # which takes a minute to optimise and gains nothing by it.
    set_source_files_properties(${CMAKE_SOURCE_DIR}/.tools/cmake/test_main.cpp PROPERTIES
      SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS "-O0;-U_FORTIFY_SOURCE;-fno-sanitize=all")
    # The second source is what the precompiled header is made for: CMake makes none when every source skips it.
    add_library(hookswitch_test_main STATIC ${CMAKE_SOURCE_DIR}/.tools/cmake/test_main.cpp
      ${CMAKE_SOURCE_DIR}/.tools/cmake/empty.cpp)
    target_link_libraries(hookswitch_test_main PUBLIC Catch2::Catch2)
    target_precompile_headers(hookswitch_test_main PRIVATE <catch2/catch.hpp> ${HOOKSWITCH_STANDARD_HEADERS})
    target_compile_options(hookswitch_test_main PRIVATE ${HOOKSWITCH_UNOPTIMISED})
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE hookswitch_warnings hookswitch_test_main ${ARG_LINKS})
  target_precompile_headers(${name} REUSE_FROM hookswitch_test_main)
  # The same model as the header's library, not -fPIE. What is tested is optimised as it is shipped, the test itself is not: some
  # took half a minute.
  target_compile_options(${name} PRIVATE -fPIC ${HOOKSWITCH_UNOPTIMISED})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  if(ARG_LABELS MATCHES "unit|component")
    # What ./dev test builds with the sanitizers.
    if(NOT TARGET sanitizer_tests)
      add_custom_target(sanitizer_tests)
    endif()
    add_dependencies(sanitizer_tests ${name})
  endif()
  if(ARG_THREADS)
    if(NOT TARGET threads_tests)
      add_custom_target(threads_tests)
    endif()
    add_dependencies(threads_tests ${name})
    list(APPEND ARG_LABELS threads)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "HOOKSWITCH_SOURCE_DIR=${CMAKE_SOURCE_DIR};HOOKSWITCH_BINARY_DIR=${CMAKE_BINARY_DIR};${ARG_ENVIRONMENT}")
endfunction()

# hookswitch_fuzzer(json_fuzz SOURCES … LINKS … CORPUS dir MAX_LEN bytes): a libFuzzer target, built by the fuzz preset
# only. `./dev test fuzz` begins with the corpus and makes inputs of up to MAX_LEN bytes; the file <target>.arguments beside
# the program tells it both.
function(hookswitch_fuzzer name)
  cmake_parse_arguments(ARG "" "CORPUS;MAX_LEN" "SOURCES;LINKS" ${ARGN})
  if(NOT HOOKSWITCH_FUZZ)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE hookswitch_warnings ${ARG_LINKS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  file(REAL_PATH ${ARG_CORPUS} corpus)
  file(WRITE ${CMAKE_BINARY_DIR}/fuzz/${name}.arguments "-max_len=${ARG_MAX_LEN}\n${corpus}\n")
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_dependencies(fuzzers ${name})
endfunction()
