//! A program that measures itself and prints soundmark's JSON lines. No crate is needed for it.

use std::hint::black_box;
use std::time::Instant;

/// Peak resident memory in bytes, where the system tells (Linux).
fn peak_rss() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

fn forward(frames: usize) -> Vec<f32> {
    (0..frames * 320).map(|i| (i as f32 * 0.01).sin()).collect()
}

fn align(scores: &[f32]) -> f32 {
    scores.iter().scan(0.0, |state: &mut f32, score| {
        *state = state.max(*score) * 0.999;
        Some(*state)
    }).sum()
}

fn main() {
    let frames: usize = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100);
    for repeat in 0..6 {
        let begin = Instant::now();
        let scores = black_box(forward(frames));
        let forward_s = begin.elapsed().as_secs_f64();
        black_box(align(&scores));
        let total_s = begin.elapsed().as_secs_f64();
        println!(
            concat!(
                r#"{{"soundmark": 1, "benchmark": "align", "warmup": {}, "#,
                r#""stages": {{"forward_time": {:e}, "dp_time": {:e}}}, "#,
                r#""metrics": {{"total_time": {:e}, "peak_rss": {}}}}}"#
            ),
            repeat == 0,
            forward_s,
            total_s - forward_s,
            total_s,
            peak_rss().unwrap_or(0),
        );
    }
}
