// Benchmarks that are hard to read back: twins, counters that are no numbers, a repetition that
// fails, fitted complexity. Google Benchmark: --benchmark_out=out.json
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <vector>

static void work(benchmark::State &state, int width) {
    std::vector<int> values(width, 1);
    for (auto _ : state) {
        benchmark::DoNotOptimize(std::count(values.begin(), values.end(), 2));
    }
}

static void twin_small(benchmark::State &state) { work(state, 10); }
static void twin_large(benchmark::State &state) { work(state, 100000); }
BENCHMARK(twin_small)->Name("twin")->Iterations(20);
BENCHMARK(twin_large)->Name("twin")->Iterations(20);

static void counters(benchmark::State &state) {
    work(state, 50);
    state.counters["hits"] = std::nan("");
    state.counters["width"] = 50;
}
BENCHMARK(counters)->Iterations(20);

static void sometimes(benchmark::State &state) {
    static int calls = 0;
    if (++calls == 2) {
        state.SkipWithError("the device is gone");
    }
    work(state, 50);
}
BENCHMARK(sometimes)->Iterations(20);

static void grows(benchmark::State &state) {
    work(state, static_cast<int>(state.range(0)));
    state.SetComplexityN(state.range(0));
}
BENCHMARK(grows)->RangeMultiplier(4)->Range(64, 256)->Complexity(benchmark::oN)->Iterations(20);

BENCHMARK_MAIN();
