# Kore, copied from its Debian package, checked, patched and compiled into the
# program (docs/http.md). Defines the target shopd_kore.
set(KORE_HOME /usr/share/kore CACHE PATH "Where the kore package installed its source")
set(KORE_ROOM ${CMAKE_CURRENT_LIST_DIR})
set(KORE_COPY ${PROJECT_BINARY_DIR}/kore)
file(GLOB KORE_PATCHES CONFIGURE_DEPENDS ${KORE_ROOM}/patches/*.patch)
list(SORT KORE_PATCHES)

find_program(PATCH_PROGRAM patch REQUIRED)
pkg_check_modules(SSL REQUIRED IMPORTED_TARGET libssl)

# Anything that changes the copy makes CMake run again.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${KORE_ROOM}/kore.sha256 ${KORE_PATCHES})

set(wanted "")
file(STRINGS ${KORE_ROOM}/kore.sha256 lines)
foreach(line ${lines})
  string(REGEX MATCH "^([0-9a-f]+)  (.*)$" line "${line}")
  set(sum ${CMAKE_MATCH_1})
  set(name ${CMAKE_MATCH_2})
  if(NOT EXISTS ${KORE_HOME}/${name})
    message(FATAL_ERROR "${KORE_HOME}/${name} is missing: install Debian's "
      "package kore (4.1.0-6), or set KORE_HOME.")
  endif()
  file(SHA256 ${KORE_HOME}/${name} found)
  if(NOT found STREQUAL sum)
    message(FATAL_ERROR "${KORE_HOME}/${name} is not the file our patches "
      "were made for: the package kore has changed. docs/http.md tells how to "
      "move to a new version.")
  endif()
  list(APPEND wanted ${name})
endforeach()

# The copy is made anew when the list or a patch has changed.
set(stamp "")
foreach(file ${KORE_ROOM}/kore.sha256 ${KORE_PATCHES})
  file(SHA256 ${file} sum)
  string(APPEND stamp "${sum}\n")
endforeach()
set(made "")
if(EXISTS ${KORE_COPY}/stamp)
  file(READ ${KORE_COPY}/stamp made)
endif()
if(NOT made STREQUAL stamp)
  file(REMOVE_RECURSE ${KORE_COPY})
  foreach(name ${wanted})
    get_filename_component(folder ${name} DIRECTORY)
    file(COPY ${KORE_HOME}/${name} DESTINATION ${KORE_COPY}/${folder})
  endforeach()
  foreach(patch ${KORE_PATCHES})
    execute_process(COMMAND ${PATCH_PROGRAM} -p1 -s -i ${patch}
      WORKING_DIRECTORY ${KORE_COPY} RESULT_VARIABLE failed)
    if(failed)
      message(FATAL_ERROR "${patch} does not apply to the kore source.")
    endif()
  endforeach()
  execute_process(COMMAND sh ${KORE_COPY}/misc/linux-platform.sh
    OUTPUT_FILE ${KORE_COPY}/include/platform.h COMMAND_ERROR_IS_FATAL ANY)
  file(WRITE ${KORE_COPY}/stamp "${stamp}")
endif()

set(KORE_NAMES kore buf config connection domain filemap fileref msg module net
  runtime timer utils worker keymgr auth accesslog http validator websocket
  linux seccomp)
if(NOT SHOPD_SANITIZE)
  list(APPEND KORE_NAMES mem pool)
endif()
list(TRANSFORM KORE_NAMES PREPEND ${KORE_COPY}/src/)
list(TRANSFORM KORE_NAMES APPEND .c)

set(KORE_DEFINES KORE_SINGLE_BINARY _GNU_SOURCE=1 _FILE_OFFSET_BITS=64
  PREFIX="/usr" SECCOMP_KILL_POLICY=SECCOMP_RET_KILL_PROCESS)
set(KORE_INCLUDES ${KORE_COPY}/include/kore ${KORE_COPY}/include
  ${PROJECT_SOURCE_DIR}/src/platform/http)

add_library(kore_source OBJECT ${KORE_NAMES})
set_target_properties(kore_source PROPERTIES C_STANDARD 99 C_EXTENSIONS ON)
# The names that our doors use too are put aside.
target_compile_definitions(kore_source PRIVATE ${KORE_DEFINES} main=kore_main
  http_header=kore_http_header http_status_text=kore_http_status_text)
target_include_directories(kore_source PRIVATE ${KORE_INCLUDES})
target_compile_options(kore_source PRIVATE -w)
target_link_libraries(kore_source PRIVATE PkgConfig::SSL)

file(GLOB KORE_OURS CONFIGURE_DEPENDS ${KORE_ROOM}/*.c)
if(NOT SHOPD_SANITIZE)
  list(FILTER KORE_OURS EXCLUDE REGEX "/memory.c$")
endif()
add_library(shopd_kore STATIC ${KORE_OURS} $<TARGET_OBJECTS:kore_source>)
target_include_directories(shopd_kore PUBLIC ${PROJECT_SOURCE_DIR}/include)
target_include_directories(shopd_kore SYSTEM PRIVATE ${KORE_INCLUDES})
target_compile_definitions(shopd_kore PRIVATE ${KORE_DEFINES})
target_compile_options(shopd_kore PRIVATE ${SHOPD_WARNINGS})
target_link_libraries(shopd_kore PUBLIC shopd_core PkgConfig::SSL Threads::Threads)
