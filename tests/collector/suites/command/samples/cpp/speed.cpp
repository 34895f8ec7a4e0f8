// Google Benchmark: one operation with counters, and one that gives up.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <vector>

static void best(benchmark::State &state) {
    std::vector<float> values(32000);
    for (size_t i = 0; i < values.size(); ++i) values[i] = std::sin(0.01f * i);
    for (auto _ : state) {
        benchmark::DoNotOptimize(*std::max_element(values.begin(), values.begin() + state.range(0)));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.SetBytesProcessed(state.iterations() * state.range(0) * sizeof(float));
    state.counters["width"] = static_cast<double>(state.range(0));
}
BENCHMARK(best)->Arg(50)->Arg(3200)->Unit(benchmark::kMicrosecond);

static void on_a_device(benchmark::State &state) {
    state.SkipWithError("there is no device");
    for (auto _ : state) {
    }
}
BENCHMARK(on_a_device);

BENCHMARK_MAIN();
