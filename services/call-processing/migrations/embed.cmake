# Writes `output`: a C++ file that gives the SQL files of this folder, so that the binary needs none beside it.
#   embed_migrations(output file…)
function(embed_migrations output)
  set(entries "")
  foreach(file ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} sql)
    string(APPEND entries "      {\"${name}\", R\"migration(${sql})migration\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
#include "adapters/migrations.hpp"

namespace hookswitch::call_processing {

std::vector<postgres::Migration> call_migrations() {
  return {
@entries@  };
}

}  // namespace hookswitch::call_processing
]])
endfunction()
