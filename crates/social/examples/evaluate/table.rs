//! A table in plain text.

/// Rows under a head, in columns as wide as they need to be.
#[derive(Debug)]
pub(crate) struct Table {
    title: String,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(title: &str, head: &[&str]) -> Self {
        Self {
            title: title.to_owned(),
            rows: vec![head.iter().map(|cell| (*cell).to_owned()).collect()],
        }
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Prints it, unless it has nothing but its head.
    pub(crate) fn print(&self) {
        if self.rows.len() < 2 {
            return;
        }
        println!("\n{}", self.title);
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
            })
            .collect();
        for row in &self.rows {
            let mut cells = row.iter().zip(&widths);
            // Names to the left, figures to the right.
            let name = cells
                .next()
                .map(|(name, width)| format!("  {name:<width$}"));
            let figures = cells.map(|(figure, width)| format!("  {figure:>width$}"));
            let line: String = name.into_iter().chain(figures).collect();
            println!("{}", line.trim_end());
        }
    }
}

/// A figure with three decimals; a dash where there is none.
pub(crate) fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}
