# The load generator of scripts/bench.
add_executable(bench_load EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/load.c)
target_compile_options(bench_load PRIVATE ${SHOPD_WARNINGS} -Wno-missing-prototypes)
target_compile_definitions(bench_load PRIVATE _GNU_SOURCE=1)
