//! What is told of models, of usual and of hostile ones.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    purse::{MODEL_COST, VALUE_COST},
    *,
};
use crate::partner::MAX_MODEL_BYTES;

fn report(model: &Value) -> Report {
    of(&model.to_string())
}

fn of(text: &str) -> Report {
    Report::of(&Model::parse(text.to_owned()).unwrap())
}

fn marks(model: &Value) -> Vec<(MarkName, String)> {
    let marks = report(model).marks;
    let text = |figure| match figure {
        Figure::Number(number) => number.to_string(),
        Figure::Text(text) => format!("“{text}”"),
    };
    marks.into_iter().map(|(name, figure)| (name, text(figure))).collect()
}

fn counts(model: &Value) -> Vec<(CountName, String)> {
    report(model).counts.into_iter().map(|(name, count)| (name, count.to_string())).collect()
}

fn whole(text: &str) -> Excerpt {
    Excerpt { text: text.to_owned(), is_cut: false }
}

/// The outline as the JSON it shows, how many values it has and how many characters.
fn measure(outline: &Outline) -> (Value, usize, usize) {
    match outline {
        Outline::Null => (Value::Null, 1, 0),
        Outline::Bool(value) => (json!(value), 1, 0),
        Outline::Number(number) => (serde_json::from_str(number).unwrap(), 1, 0),
        Outline::Text(text) => (json!(text.text), 1, text.chars()),
        Outline::List { elements, .. } => {
            let elements: Vec<_> = elements.iter().map(measure).collect();
            let (nodes, chars) =
                (elements.iter().map(|e| e.1).sum::<usize>(), elements.iter().map(|e| e.2).sum());
            (elements.into_iter().map(|e| e.0).collect(), nodes + 1, chars)
        }
        Outline::Object { members, .. } => {
            let mut object = serde_json::Map::new();
            let (mut nodes, mut chars) = (1, 0);
            for (name, value) in members {
                let (value, more, characters) = measure(value);
                object.insert(name.text.clone(), value);
                nodes += more;
                chars += characters + name.chars();
            }
            (Value::Object(object), nodes, chars)
        }
    }
}

fn tree(report: &Report) -> &Outline {
    match &report.contents {
        Contents::Tree(outline) => outline,
        Contents::Text(text) => panic!("a text: {text:?}"),
    }
}

#[test]
fn a_mark_is_a_number_or_a_short_text() {
    use MarkName::{Grade, Mark, Score};
    let told = |name, text: &str| vec![(name, text.to_owned())];
    assert_eq!(marks(&json!({ "mark": 4 })), told(Mark, "4"));
    assert_eq!(marks(&json!({ "Score": 86.666_666_666 })), told(Score, "86.67"));
    assert_eq!(marks(&json!({ "grade": " A+ " })), told(Grade, "“A+”"));
    assert_eq!(marks(&json!({ "mark": "4,5" })), told(Mark, "4.5"));
    assert_eq!(marks(&json!({ "mark": "4/5" })), told(Mark, "“4/5”"));
    assert_eq!(marks(&json!({ "score": -0.001 })), told(Score, "0"));
    assert_eq!(marks(&json!({ "score": { "value": 87, "max": 100 } })), told(Score, "87"));
    assert_eq!(marks(&json!({ "mark": 3, "mark_": 5 })), told(Mark, "5"));
    let all = json!({ "score": 90, "grade": "good", "mark": 5.0 });
    let expected =
        [(Mark, "5"), (Grade, "“good”"), (Score, "90")].map(|(name, text)| (name, text.to_owned()));
    assert_eq!(marks(&all), expected);
    for nothing in
        [json!(null), json!(true), json!(""), json!("a long story about a mark"), json!([5]), json!(1e300)]
    {
        assert_eq!(marks(&json!({ "mark": nothing })), [], "{nothing}");
    }
}

#[test]
fn marks_and_counts_may_be_one_level_deeper_where_results_are() {
    use MarkName::Mark;
    let told = vec![(Mark, "4".to_owned())];
    assert_eq!(marks(&json!({ "result": { "mark": 4 } })), told);
    assert_eq!(marks(&json!({ "mark": 4, "result": { "mark": 2, "score": 50 } })), told);
    for model in [
        json!({ "best": { "mark": 5 } }),
        json!({ "result": { "result": { "mark": 5 } } }),
        json!({ "result": [{ "mark": 5 }] }),
    ] {
        assert_eq!(marks(&model), [], "{model}");
    }
    let model = json!({ "summary": { "words": 3 }, "stats": { "words": 4, "errors": 2 }, "words": 5 });
    let expected =
        [(CountName::Words, "5"), (CountName::Mistakes, "2")].map(|(name, n)| (name, n.to_owned()));
    assert_eq!(counts(&model), expected);
}

#[test]
fn counts_are_numbers_or_lengths_of_lists() {
    let model = json!({
        "wordCount": 120,
        "words_with_mistakes": "2",
        "mistakes": { "spelling": [{ "word": "карова" }], "punctuation": 3, "missing": ["и"], "total": 5 },
        "extra": ["whatever"],
    });
    let spelling = CountName::Of(MistakeKind::Spelling);
    let expected = [
        (CountName::Words, "120"),
        (CountName::WordsWithMistakes, "2"),
        (CountName::Mistakes, "5"),
        (spelling, "1"),
        (CountName::Of(MistakeKind::Punctuation), "3"),
        (CountName::Of(MistakeKind::Missing), "1"),
    ];
    assert_eq!(counts(&model), expected.map(|(name, n)| (name, n.to_owned())));
    assert_eq!(counts(&json!({ "mistakes": [] })), [(CountName::Mistakes, "0".to_owned())]);
    let told = json!({ "mistakes": [{ "word": "a" }], "mistakesCount": 7, "errors": ["b", "c"] });
    assert_eq!(counts(&told), [(CountName::Mistakes, "7".to_owned())]);
}

#[test]
fn a_mistake_has_its_word_the_right_form_its_kind_and_a_comment() {
    let model = json!({ "errors": [
        { "wrongWord": "карова", "correct": "корова", "type": "orthographic", "rule": "Словарное слово", "pos": 3 },
        { "from": 4, "word": "", "suggestions": [",", ";"], "category": "a comma" },
        " слово ",
        { "position": 3 },
        7,
    ] });
    let report = report(&model);
    let known = KindOfMistake::Known(MistakeKind::Spelling);
    let first = Mistake {
        written: Some(whole("карова")),
        right: Some(whole("корова")),
        kind: Some(known),
        comment: Some(whole("Словарное слово")),
    };
    let kind = Some(KindOfMistake::Told(whole("a comma")));
    let second = Mistake { written: None, right: Some(whole(",, ;")), kind, comment: None };
    let third = Mistake { written: Some(whole("слово")), right: None, kind: None, comment: None };
    assert_eq!(report.mistakes, [first, second, third]);
    assert_eq!(report.mistakes_left_out, 2);
}

#[test]
fn mistakes_in_lists_by_kind_are_told_when_there_is_no_list_of_all() {
    let sorted = json!({ "spelling": ["карова"], "missingWords": ["и"], "words": ["the", "text"] });
    let told = report(&sorted).mistakes;
    let kinds: Vec<_> = told.iter().map(|mistake| mistake.kind.clone().unwrap()).collect();
    assert_eq!(kinds, [MistakeKind::Spelling, MistakeKind::Missing].map(KindOfMistake::Known));
    assert_eq!((told[1].written.clone(), told[1].right.clone()), (None, Some(whole("и"))));
    let mut both = sorted;
    both["mistakes"] = json!({ "items": [{ "word": "карова", "kind": "spelling" }] });
    assert_eq!(report(&both).mistakes.len(), 1);
}

#[test]
fn mistakes_are_bounded_and_the_others_counted() {
    let long = "ж".repeat(2_000);
    let mistakes = vec![json!({ "word": long, "comment": long }); 70];
    let report = report(&json!({ "mistakes": mistakes[..10].to_vec(), "errors": mistakes[10..].to_vec() }));
    assert!((20..70).contains(&report.mistakes.len()), "{}", report.mistakes.len());
    assert_eq!(report.mistakes.len() + report.mistakes_left_out, 70);
    assert!(report.mistakes[0].written.as_ref().unwrap().is_cut);
    let many = of(&json!({ "mistakes": vec!["a"; 5_000] }).to_string());
    assert_eq!((many.mistakes.len(), many.mistakes_left_out), (200, 4_800));
}

#[test]
fn a_small_model_is_shown_whole_in_its_order() {
    let model = r#"{"z":[1,-2,0.5,null,true],"a":{"b":{},"c":[]},"м":"\u0000\n"}"#;
    let report = of(model);
    assert!(report.is_bare() && !report.contents.is_shortened());
    assert_eq!(measure(tree(&report)).0.to_string(), model);
}

#[test]
fn a_model_that_cannot_be_looked_into_is_a_text() {
    let model = r#"{"mark":4,"a":"\ud800"}"#;
    let report = of(model);
    assert_eq!(report.contents, Contents::Text(whole(model)));
    assert_eq!(report.marks.len(), 1);
    assert!(of(r#"{"mark":1e999}"#).is_bare());
    let long = format!("{{\"a\":\"\\ud800{}\"}}", "ж".repeat(100_000));
    assert!(of(&long).contents.is_shortened());
}

#[test]
fn a_large_member_leaves_room_for_those_behind_it() {
    let model =
        json!({ "first": vec![0; 100_000], "second": vec!["x"; 10_000], "third": "y", "fourth": { "a": 1 } });
    let Outline::Object { members, left_out } = tree(&report(&model)).clone() else { panic!("no object") };
    assert_eq!((members.len(), left_out), (4, 0));
    let shown: Vec<usize> = members.iter().map(|(_, value)| measure(value).1 - 1).collect();
    assert!(shown[0] > 1_000 && shown[1] > 100, "{shown:?}");
    assert_eq!(shown[3], 1);
}

#[test]
fn a_narrow_model_is_shown_to_its_bottom() {
    for (open, close) in [(r#"{"a":"#, "}"), (r#"{"member":"#, "}")] {
        let report = of(&format!("{}\"bottom\"{}", open.repeat(64), close.repeat(64)));
        assert!(!report.contents.is_shortened(), "{open}");
    }
    let lists = of(&format!(r#"{{"a":{}1{}}}"#, "[".repeat(63), "]".repeat(63)));
    assert!(!lists.contents.is_shortened());
}

#[test]
fn the_largest_models_are_told_in_little_room() {
    let fill = |front: &str, unit: &str, back: &str| {
        let count = (MAX_MODEL_BYTES - front.len() - back.len()) / (unit.len() + 1);
        let units = vec![unit; count].join(",");
        format!("{front}{units}{back}")
    };
    let models = [
        fill("{\"a\":[", "0", "]}"),
        fill("{\"a\":[", "{}", "]}"),
        fill("{", "\"a\":0", "}"),
        fill("{\"mistakes\":[", "\"a\"", "]}"),
        fill("{\"mistakes\":[", "{\"word\":\"a\"}", "]}"),
        format!("{{\"mark\":\"{}\"}}", "<".repeat(MAX_MODEL_BYTES - 20)),
        format!("{{\"{}\":1}}", "<".repeat(MAX_MODEL_BYTES - 20)),
    ];
    for model in &models {
        let report = of(model);
        let (_, nodes, chars) = measure(tree(&report));
        assert!(report.contents.is_shortened());
        assert!(nodes * VALUE_COST + chars <= MODEL_COST + 2 * VALUE_COST, "{nodes} {chars}");
        assert!(report.mistakes.len() <= 200, "{}", report.mistakes.len());
    }
}

/// Models of one member, many of which no program can hold.
const AWKWARD: &str = r#"\{"(a|mark|mistakes)":(\["[a\\u0-9d]{0,8}"\]|[0-9e]{1,5}|"\\ud[89]00")\}"#;

fn any_json() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        Just("mark"),
        Just("score"),
        Just("result"),
        Just("words"),
        Just("mistakes"),
        Just("word"),
        Just("spelling"),
        Just("type"),
        Just("count"),
        Just("<b>"),
        Just(""),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        Just(Value::from("spelling")),
        Just(Value::from("x".repeat(700))),
    ];
    leaf.prop_recursive(6, 200, 20, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..20).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..10).prop_map(|members| members
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

proptest! {
    #[test]
    fn of_any_model_no_more_is_told_than_there_is_room_for(inner in any_json()) {
        let model = json!({ "mark": inner.clone(), "mistakes": inner.clone(), "rest": inner });
        let model = Model::parse(model.to_string()).unwrap();
        let report = Report::of(&model);
        let (shown, nodes, chars) = measure(tree(&report));
        prop_assert!(nodes * VALUE_COST + chars <= MODEL_COST + VALUE_COST);
        if !report.contents.is_shortened() {
            prop_assert_eq!(Some(shown), model.value());
        }
        prop_assert!(report.mistakes.iter().map(Mistake::chars).sum::<usize>() <= 32_000);
        prop_assert!(report.marks.len() <= 3);
    }

    #[test]
    fn a_tree_is_shown_of_every_model_that_can_be_looked_into(text in AWKWARD) {
        if let Ok(model) = Model::parse(text) {
            let is_tree = matches!(Report::of(&model).contents, Contents::Tree(_));
            prop_assert_eq!(is_tree, model.value().is_some());
        }
    }
}
