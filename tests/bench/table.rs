//! Figures as a table on a terminal.

/// Prints rows under a head, each column as wide as it must be.
pub fn print(head: &[&str], rows: &[Vec<String>]) {
    let length = |text: &str| text.chars().count();
    let width =
        |column: usize| rows.iter().map(|row| length(&row[column])).chain([length(head[column])]).max().unwrap();
    let line = |cells: Vec<&str>| {
        let cell = |(column, text): (usize, &str)| match column {
            0 => format!("{text:<width$}", width = width(column)),
            _ => format!("{text:>width$}", width = width(column)),
        };
        println!("{}", cells.into_iter().enumerate().map(cell).collect::<Vec<_>>().join("   ").trim_end());
    };
    println!();
    line(head.to_vec());
    rows.iter().for_each(|row| line(row.iter().map(String::as_str).collect()));
}

/// The middle one, or the mean of the two in the middle.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { f64::midpoint(values[half - 1], values[half]) }
}

/// What this share of the values does not exceed.
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}
