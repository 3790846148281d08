//! One figure with its samples, on its way to Prometheus.

use prometheus::proto::{Counter, Gauge, LabelPair, Metric, MetricFamily, MetricType};

/// The names and values that tell samples apart.
type Labels = Vec<(&'static str, &'static str)>;

/// A figure.
pub(super) struct Figure {
    pub(super) name: &'static str,
    pub(super) help: &'static str,
    kind: MetricType,
    samples: Vec<(Labels, f64)>,
}

impl Figure {
    /// One that only grows.
    pub(super) const fn counter(name: &'static str, help: &'static str, samples: Vec<(Labels, f64)>) -> Self {
        Self { name, help, kind: MetricType::COUNTER, samples }
    }

    /// One that grows and shrinks.
    pub(super) const fn gauge(name: &'static str, help: &'static str, samples: Vec<(Labels, f64)>) -> Self {
        Self { name, help, kind: MetricType::GAUGE, samples }
    }

    /// The samples of a figure that has only one.
    pub(super) fn lone(value: f64) -> Vec<(Labels, f64)> {
        vec![(Labels::new(), value)]
    }
}

/// A number of things as a sample, which is exact up to 2⁵³.
pub(super) fn count<N: TryInto<u64>>(number: N) -> f64 {
    let number = number.try_into().unwrap_or_default();
    let (high, low) = (number >> 32, number & u64::from(u32::MAX));
    let part = |part: u64| f64::from(u32::try_from(part).unwrap_or(u32::MAX));
    part(high).mul_add(4_294_967_296.0, part(low))
}

impl From<Figure> for MetricFamily {
    fn from(figure: Figure) -> Self {
        let metric = |(labels, value): (Labels, f64)| {
            let mut metric = Metric::default();
            metric.set_label(labels.into_iter().map(label).collect());
            if figure.kind == MetricType::COUNTER {
                let mut counter = Counter::default();
                counter.set_value(value);
                metric.set_counter(counter);
            } else {
                let mut gauge = Gauge::default();
                gauge.set_value(value);
                metric.set_gauge(gauge);
            }
            metric
        };
        let mut family = Self::default();
        family.set_name(figure.name.to_owned());
        family.set_help(figure.help.to_owned());
        family.set_field_type(figure.kind);
        family.set_metric(figure.samples.into_iter().map(metric).collect());
        family
    }
}

fn label((name, value): (&'static str, &'static str)) -> LabelPair {
    let mut label = LabelPair::default();
    label.set_name(name.to_owned());
    label.set_value(value.to_owned());
    label
}

#[cfg(test)]
mod tests {
    use prometheus::TextEncoder;

    use super::*;

    fn text(figure: Figure) -> String {
        TextEncoder::new().encode_to_string(&[figure.into()]).unwrap()
    }

    #[test]
    fn a_figure_is_written_with_its_kind_help_and_labels() {
        let samples = vec![(vec![("lane", "read")], 3.0), (vec![("lane", "write")], 0.25)];
        assert_eq!(
            text(Figure::counter("waits_total", "Waits.", samples)),
            "# HELP waits_total Waits.\n# TYPE waits_total counter\n\
             waits_total{lane=\"read\"} 3\nwaits_total{lane=\"write\"} 0.25\n"
        );
        assert_eq!(
            text(Figure::gauge("depth", "Depth.", Figure::lone(7.0))),
            "# HELP depth Depth.\n# TYPE depth gauge\ndepth 7\n"
        );
    }

    #[test]
    fn numbers_stay_what_they_are() {
        let exact = |number: u64, written: &str| assert_eq!(count(number).to_string(), written);
        exact(0, "0");
        exact(4_294_967_295, "4294967295");
        exact(4_294_967_296, "4294967296");
        exact(9_007_199_254_740_992, "9007199254740992");
        assert_eq!(count(-1_i64).to_string(), "0");
    }
}
