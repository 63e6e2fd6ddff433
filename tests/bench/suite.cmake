# The load generator of scripts/bench.
add_executable(bench_load EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/load.c)
target_compile_options(bench_load PRIVATE ${SHOPD_WARNINGS} -Wno-missing-prototypes)
target_compile_definitions(bench_load PRIVATE _GNU_SOURCE=1)

# What it costs to know who calls (scripts/bench auth).
add_executable(bench_auth EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/auth.c)
target_compile_options(bench_auth PRIVATE ${SHOPD_WARNINGS})
target_compile_definitions(bench_auth PRIVATE _GNU_SOURCE=1)
target_include_directories(bench_auth PRIVATE ${PROJECT_SOURCE_DIR}/src/rest)
target_link_libraries(bench_auth PRIVATE shopd_core)
