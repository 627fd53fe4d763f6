//! A plot of lines, drawn as SVG, with its figures in a table.

use std::fmt::Write as _;

use super::axis::{Axis, Fitted};
use super::page::Table;
use super::{escaped, number};

const WIDTH: f64 = 860.0;
const LEFT: f64 = 78.0;
const RIGHT: f64 = 190.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 52.0;
const LINE: f64 = 20.0;
const HEIGHT: f64 = 320.0;
/// The most rows of the table beside a plot.
const MOST_ROWS: usize = 40;
/// How many ways there are to draw a line; more lines than that begin again.
const STYLES: usize = 10;

/// A plot.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What it is.
    pub title: String,
    /// What it shows, in a sentence: for those who do not see it.
    pub about: String,
    /// From left to right.
    pub x: Axis,
    /// From below to above.
    pub y: Axis,
    /// The lines.
    pub series: Vec<Series>,
}

/// A line of a plot.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its points, from left to right.
    pub points: Vec<(f64, f64)>,
}

impl Series {
    /// A line of a name.
    pub fn new(name: &str, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self { name: name.to_owned(), points: points.into_iter().collect() }
    }
}

impl Chart {
    /// The drawing. `id` is a word that no other drawing of the page has.
    pub(super) fn svg(&self, id: &str) -> String {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let x = self.x.fit(points().map(|point| point.0));
        let y = self.y.fit(points().map(|point| point.1));
        let mut svg = String::new();
        let (title, about) = (escaped(&self.title), escaped(&self.about));
        // Writing to a string cannot fail, here and below.
        let _ = write!(
            svg,
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
             <title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{about}</desc>"
        );
        self.frame(&mut svg, &x, &y);
        for (number, series) in self.series.iter().enumerate() {
            let style = number % STYLES;
            draw(&mut svg, series, style, (&x, &y));
            let at = TOP + 8.0 + LINE * number_of(number);
            let from = WIDTH - RIGHT + 16.0;
            let _ = write!(
                svg,
                "<line class=\"s{style}\" x1=\"{from}\" y1=\"{at}\" x2=\"{}\" y2=\"{at}\"/>\
                 <text x=\"{}\" y=\"{}\">{}</text>",
                from + 28.0,
                from + 36.0,
                at + 4.0,
                escaped(&series.name)
            );
        }
        svg.push_str("</svg>");
        svg
    }

    /// The lines of the grid and what stands beside them.
    fn frame(&self, svg: &mut String, x: &Fitted, y: &Fitted) {
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        for (value, name) in y.ticks() {
            let Some(at) = y.place(value).map(down) else { continue };
            let _ = write!(
                svg,
                "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{right}\" y2=\"{at:.1}\"/>\
                 <text class=\"end\" x=\"{}\" y=\"{:.1}\">{name}</text>",
                LEFT - 8.0,
                at + 4.0
            );
        }
        for (value, name) in x.ticks() {
            let Some(at) = x.place(value).map(across) else { continue };
            let _ = write!(
                svg,
                "<line class=\"grid\" x1=\"{at:.1}\" y1=\"{TOP}\" x2=\"{at:.1}\" y2=\"{bottom}\"/>\
                 <text class=\"middle\" x=\"{at:.1}\" y=\"{}\">{name}</text>",
                bottom + 18.0
            );
        }
        let _ = write!(
            svg,
            "<text class=\"middle name\" x=\"{}\" y=\"{}\">{}</text>\
             <text class=\"middle name\" transform=\"translate(16 {}) rotate(-90)\">{}</text>",
            f64::midpoint(LEFT, right),
            HEIGHT - 10.0,
            escaped(&self.x.name),
            f64::midpoint(TOP, bottom),
            escaped(&self.y.name)
        );
    }

    /// The figures: a row for each place that any line has a point at. Where there are many, some of them stand
    /// for all, the first and the last always.
    pub(super) fn table(&self) -> Table {
        let mut places: Vec<f64> =
            self.series.iter().flat_map(|series| &series.points).map(|point| point.0).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        let every = places.len().div_ceil(MOST_ROWS).max(1);
        let last = places.len().saturating_sub(1);
        let shown = places.iter().enumerate().filter(|(row, _)| row % every == 0 || *row == last);
        let rows = shown.map(|(_, place)| {
            let of = |series: &Series| {
                let point = series.points.iter().find(|point| point.0.total_cmp(place).is_eq());
                point.map_or_else(|| "–".to_owned(), |point| number(point.1))
            };
            std::iter::once(self.x.scale.named(*place)).chain(self.series.iter().map(of)).collect()
        });
        let head = std::iter::once(self.x.name.clone());
        Table {
            caption: format!("{} ({})", self.title, self.y.name),
            head: head.chain(self.series.iter().map(|series| series.name.clone())).collect(),
            rows: rows.collect(),
        }
    }
}

/// A line through its points; a single one is marked.
fn draw(svg: &mut String, series: &Series, style: usize, (x, y): (&Fitted, &Fitted)) {
    let place = |point: &(f64, f64)| Some((across(x.place(point.0)?), down(y.place(point.1)?)));
    let places: Vec<(f64, f64)> = series.points.iter().filter_map(place).collect();
    let few = places.len() <= 30;
    let _ = write!(svg, "<polyline class=\"s{style}\" points=\"");
    for (x, y) in &places {
        let _ = write!(svg, "{x:.1},{y:.1} ");
    }
    svg.push_str("\"/>");
    for (x, y) in places.iter().filter(|_| few) {
        let _ = write!(svg, "<circle class=\"s{style}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.5\"/>");
    }
}

fn across(place: f64) -> f64 {
    LEFT + place * (WIDTH - RIGHT - LEFT)
}

fn down(place: f64) -> f64 {
    TOP + (1.0 - place) * (HEIGHT - BOTTOM - TOP)
}

#[expect(clippy::cast_precision_loss, reason = "a plot has few lines")]
const fn number_of(line: usize) -> f64 {
    line as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::report::Scale;

    fn chart(points: u32) -> Chart {
        let line = |factor: f64| (0..points).map(f64::from).map(move |x| (x, x * factor));
        Chart {
            title: "Latency & more".to_owned(),
            about: "It grows.".to_owned(),
            x: Axis::new("seconds", Scale::Linear),
            y: Axis::new("ms", Scale::Linear),
            series: vec![Series::new("a<b", line(1.0)), Series::new("c", line(2.0))],
        }
    }

    #[test]
    fn a_plot_has_a_title_a_description_and_every_line_with_its_name() {
        let svg = chart(5).svg("p1");
        let read = roxmltree::Document::parse(&svg).unwrap();
        let root = read.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        assert_eq!(root.attribute("aria-labelledby"), Some("p1-t p1-d"));
        let text = |id: &str| {
            let found = read.descendants().find(|node| node.attribute("id") == Some(id));
            found.and_then(|node| node.text())
        };
        assert_eq!((text("p1-t"), text("p1-d")), (Some("Latency & more"), Some("It grows.")));
        let count = |name: &str| read.descendants().filter(|n| n.has_tag_name(name)).count();
        assert_eq!((count("polyline"), count("circle")), (2, 10));
        assert!(read.descendants().any(|node| node.text() == Some("a<b")));
    }

    #[test]
    fn every_point_lies_within_the_frame() {
        let svg = chart(100).svg("p");
        let read = roxmltree::Document::parse(&svg).unwrap();
        for line in read.descendants().filter(|node| node.has_tag_name("polyline")) {
            for point in line.attribute("points").unwrap().split_whitespace() {
                let (x, y) = point.split_once(',').unwrap();
                let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
                assert!((LEFT..=WIDTH - RIGHT).contains(&x), "{point}");
                assert!((TOP..=HEIGHT - BOTTOM).contains(&y), "{point}");
            }
        }
    }

    #[test]
    fn the_table_has_the_figures_and_is_not_endless() {
        let table = chart(5).table();
        assert_eq!(table.head, ["seconds", "a<b", "c"]);
        assert_eq!(table.rows[3], ["3.00", "3.00", "6.00"]);
        let long = chart(1_000).table();
        assert!(long.rows.len() <= MOST_ROWS + 1);
        assert_eq!(long.rows.last().unwrap()[0], "999");
    }

    #[test]
    fn a_plot_of_nothing_is_drawn_all_the_same() {
        let empty = Chart { series: Vec::new(), ..chart(0) };
        assert!(roxmltree::Document::parse(&empty.svg("p")).is_ok());
        assert!(empty.table().rows.is_empty());
    }
}
