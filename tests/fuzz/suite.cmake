# Parsers against libFuzzer: clang only. Each runs a few seconds over its kept
# corpus; a longer hunt is  build/clang/tests/fuzz_json tests/fuzz/corpus/json
if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
  set(FUZZ ${CMAKE_CURRENT_SOURCE_DIR}/fuzz)
  # Instrumented copies of what is under attack; the rest comes from the library.
  file(GLOB FUZZ_SOURCES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/platform/json/*.c
    ${PROJECT_SOURCE_DIR}/src/platform/base/*.c)
  foreach(name bounds decimal errors filter_values json_cut listing_cursor
      listing_filters listing_links listing_more listing_order listing_page
      listing_search listing_statement query_string selection template read router unicode validate_format validate_list
      validate_number validate_text)
    list(APPEND FUZZ_SOURCES ${PROJECT_SOURCE_DIR}/src/rest/${name}.c)
  endforeach()
  list(APPEND FUZZ_SOURCES ${PROJECT_SOURCE_DIR}/src/platform/images/look.c
    ${PROJECT_SOURCE_DIR}/src/platform/images/strip.c
    ${PROJECT_SOURCE_DIR}/src/domain/media/multipart.c
    ${PROJECT_SOURCE_DIR}/src/domain/media/range.c)
  foreach(name cbor cose webauthn)
    list(APPEND FUZZ_SOURCES ${PROJECT_SOURCE_DIR}/src/platform/auth/${name}.c)
  endforeach()
  foreach(name cell columns csv field flipkart intake maker markup ndjson reading)
    list(APPEND FUZZ_SOURCES ${PROJECT_SOURCE_DIR}/src/domain/transfer/${name}.c)
  endforeach()
  add_library(fuzz_rules OBJECT ${FUZZ_SOURCES})
  target_include_directories(fuzz_rules PRIVATE ${PROJECT_SOURCE_DIR}/include ${GENERATED})
  target_compile_definitions(fuzz_rules PRIVATE _GNU_SOURCE=1)
  target_compile_options(fuzz_rules PRIVATE -O1
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined)
  file(GLOB FUZZERS CONFIGURE_DEPENDS ${FUZZ}/fuzz_*.c)
  foreach(source ${FUZZERS})
    get_filename_component(name ${source} NAME_WE)
    string(REPLACE fuzz_ "" corpus ${name})
    add_executable(${name} ${source} $<TARGET_OBJECTS:fuzz_rules>)
    target_compile_options(${name} PRIVATE ${SHOPD_WARNINGS} -fsanitize=fuzzer,address,undefined)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer,address,undefined)
    target_link_libraries(${name} PRIVATE shopd_core)
    if(EXISTS ${FUZZ}/corpus/${corpus})
      set(kept ${FUZZ}/corpus/${corpus})
    else()
      set(kept)
    endif()
    # What is found new goes to the build tree, not into the kept corpus.
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz/${corpus})
    add_test(NAME fuzz/${corpus} COMMAND ${name} -max_total_time=4 -timeout=5
      -max_len=4096 -print_final_stats=0 -verbosity=0
      -artifact_prefix=${PROJECT_BINARY_DIR}/fuzz/
      ${PROJECT_BINARY_DIR}/fuzz/${corpus} ${kept})
    set_tests_properties(fuzz/${corpus} PROPERTIES TIMEOUT 60)
  endforeach()
endif()
