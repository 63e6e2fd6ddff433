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

add_custom_command(
  OUTPUT ${GENERATED}/migrations.c
  COMMAND sh -c "sha256sum \"$@\" /dev/null >${GENERATED}/checksums" sh
    ${SHOPD_SCHEMA}
  COMMAND awk -f ${embed} -v mode=migrations
    -v source=${GENERATED}/migrations.c ${GENERATED}/checksums ${SHOPD_SCHEMA}
  DEPENDS ${embed} ${SHOPD_SCHEMA}
  COMMENT "Embedding sql/schema"
  VERBATIM)

# A schema file is longer than the 4,095 characters ISO C promises.
set_source_files_properties(${GENERATED}/queries.c ${GENERATED}/migrations.c
  PROPERTIES COMPILE_OPTIONS "-Wno-overlength-strings;-Wno-missing-field-initializers")
set(SHOPD_GENERATED_SOURCES ${GENERATED}/queries.h ${GENERATED}/queries.c
  ${GENERATED}/migrations.c)
