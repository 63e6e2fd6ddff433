# The statements and migrations of sql/ become C in ${GENERATED}. Sets
# SHOPD_GENERATED_SOURCES. A header that did not change keeps its time, so
# that a changed statement compiles one file.
set(embed ${CMAKE_CURRENT_LIST_DIR}/embed.awk)
list(SORT SHOPD_QUERIES)
list(SORT SHOPD_SCHEMA)

add_custom_command(
  OUTPUT ${GENERATED}/queries.h ${GENERATED}/queries.c
  COMMAND awk -f ${embed} -v mode=queries -v header=${GENERATED}/queries.h.new
    -v source=${GENERATED}/queries.c.new ${SHOPD_QUERIES} /dev/null
  COMMAND ${CMAKE_COMMAND} -E copy_if_different
    ${GENERATED}/queries.h.new ${GENERATED}/queries.h
  COMMAND ${CMAKE_COMMAND} -E copy_if_different
    ${GENERATED}/queries.c.new ${GENERATED}/queries.c
  DEPENDS ${embed} ${SHOPD_QUERIES}
  COMMENT "Embedding sql/queries"
  VERBATIM)

# embed_files(ARRAY FILES...): the files as ARRAY_all in ARRAY.c.
function(embed_files array)
  add_custom_command(
    OUTPUT ${GENERATED}/${array}.c
    COMMAND sh -c "sha256sum \"$@\" /dev/null >${GENERATED}/${array}.sums" sh
      ${ARGN}
    COMMAND awk -f ${embed} -v mode=migrations -v array=${array}
      -v source=${GENERATED}/${array}.c ${GENERATED}/${array}.sums ${ARGN}
    DEPENDS ${embed} ${ARGN}
    COMMENT "Embedding ${array}"
    VERBATIM)
endfunction()
embed_files(migration ${SHOPD_SCHEMA})
file(GLOB SHOPD_DEMO CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/sql/demo/*.sql)
list(SORT SHOPD_DEMO)
embed_files(demo ${SHOPD_DEMO})

# A schema file is longer than the 4,095 characters ISO C promises.
set_source_files_properties(${GENERATED}/queries.c ${GENERATED}/migration.c
  ${GENERATED}/demo.c PROPERTIES COMPILE_OPTIONS "-Wno-overlength-strings;-Wno-missing-field-initializers")
set(SHOPD_GENERATED_SOURCES ${GENERATED}/queries.h ${GENERATED}/queries.c
  ${GENERATED}/migration.c ${GENERATED}/demo.c)
