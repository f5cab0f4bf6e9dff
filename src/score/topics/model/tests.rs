use super::super::fixture::{Posts, mutual_information, planted, shuffled};
use super::*;

fn numbers(model: &Model) -> Vec<Option<u32>> {
    let assignments = model.assignments.iter();
    assignments.map(|found| found.map(|a| a.topic)).collect()
}

#[test]
fn planted_topics_are_found_with_their_number() {
    let (vocabulary, corpus, truth) = planted(3_000, 5, 1);
    let model = topics(&vocabulary, &corpus, 0);
    assert_eq!(model.topics.len(), 5, "coherence {}", model.coherence);
    let agreement = mutual_information(&truth, &numbers(&model));
    assert!(agreement >= 0.9, "NMI {agreement}");
    for topic in &model.topics {
        let planted: Vec<&str> = topic.label.split('・').map(|word| &word[..2]).collect();
        assert!(planted[0].starts_with('t'), "{}", topic.label);
        assert!(
            planted.iter().all(|word| *word == planted[0]),
            "{}",
            topic.label
        );
        assert!(topic.coherence > 0.1 && topic.post_count > 400);
    }
    let counted: u64 = model.topics.iter().map(|topic| topic.post_count).sum();
    assert_eq!(
        counted,
        numbers(&model).iter().flatten().count() as u64,
        "every assignment is counted"
    );
}

#[test]
fn shuffled_words_have_no_topics() {
    let (vocabulary, corpus) = shuffled(3_000, 5, 1);
    let model = topics(&vocabulary, &corpus, 0);
    assert!(model.coherence < 0.02, "{}", model.coherence);
    assert!(model.topics.len() <= 1, "{:?}", model.topics);
    let wanted = topics(&vocabulary, &corpus, 5);
    assert!(wanted.coherence < 0.02, "{}", wanted.coherence);
}

#[test]
fn a_number_asked_for_is_kept_and_the_same_posts_give_the_same_topics() {
    let (vocabulary, corpus, _) = planted(1_000, 5, 2);
    let model = topics(&vocabulary, &corpus, 3);
    assert_eq!(model.topics.len() as u64 + model.incoherent_topics, 3);
    assert_eq!(model, topics(&vocabulary, &corpus, 3));
    let endless = topics(&vocabulary, &corpus, 1_000_000);
    assert!(endless.topics.len() <= TOPIC_LIMIT);
}

#[test]
fn topics_are_numbered_by_their_size_and_told_apart() {
    let (vocabulary, corpus, _) = planted(3_000, 5, 1);
    let model = topics(&vocabulary, &corpus, 8);
    let numbers: Vec<u32> = model.topics.iter().map(|topic| topic.topic).collect();
    assert!(numbers.iter().copied().eq(1..=numbers.len() as u32));
    assert!(
        model
            .topics
            .is_sorted_by(|left, right| left.post_count >= right.post_count)
    );
    let mut labels: Vec<&str> = model.topics.iter().map(|t| t.label.as_str()).collect();
    labels.sort_unstable();
    labels.dedup();
    assert_eq!(labels.len(), model.topics.len());
    assert!(!labels.contains(&""));
}

#[test]
fn nothing_one_post_and_an_endless_post_are_no_trouble() {
    let nothing = Posts::of(&[]);
    assert_eq!(
        topics(&nothing.vocabulary, &nothing.corpus, 0),
        Model::default()
    );
    let one = Posts::of(&[("香り 豆", 0)]);
    let model = topics(&one.vocabulary, &one.corpus, 0);
    assert_eq!(model.assignments, [None]);
    let text: String = (0..10_000).map(|word| format!("w{word} ")).collect();
    let mut posts = vec![(text.as_str(), 0); 3];
    posts.extend(vec![("香り 豆", 0); 40]);
    let posts = Posts::of(&posts);
    let model = topics(&posts.vocabulary, &posts.corpus, 0);
    assert_eq!(model.assignments.len(), 43);
    // All posts alike: one word in every post tells nothing.
    let alike = Posts::of(&[("香り 豆", 0); 50]);
    assert!(
        topics(&alike.vocabulary, &alike.corpus, 0)
            .topics
            .is_empty()
    );
}
