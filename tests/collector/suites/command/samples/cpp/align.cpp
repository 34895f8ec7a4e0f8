// A program that measures itself and prints soundmark's JSON lines; nothing but the standard library.
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

static double seconds() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

// Peak resident memory in bytes; ru_maxrss is kibibytes on Linux.
static long peak_rss() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss * 1024;
}

int main(int count, char **arguments) {
    const int frames = count > 1 ? std::atoi(arguments[1]) : 100;
    for (int repeat = 0; repeat < 6; ++repeat) {
        const double begin = seconds();
        std::vector<float> scores(frames * 320);
        for (size_t i = 0; i < scores.size(); ++i) scores[i] = std::sin(0.01f * i);
        const double forward = seconds() - begin;
        float best = 0;
        for (float score : scores) best = std::fmax(best, score) * 0.999f;
        const double total = seconds() - begin;
        std::printf(
            R"({"soundmark": 1, "benchmark": "align", "warmup": %s, )"
            R"("stages": {"forward_time": %e, "dp_time": %e}, )"
            R"("metrics": {"total_time": %e, "peak_rss": %ld}, "fingerprint": "%.6f"})" "\n",
            repeat == 0 ? "true" : "false", forward, total - forward, total, peak_rss(), best);
    }
}
