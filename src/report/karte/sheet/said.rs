//! What the person says.

use super::super::facts::{PostFact, VoiceFact};
use super::{Context, SHOWN_LETTERS, SheetPost, SheetSection, shortened, tone};

impl Context<'_> {
    pub(super) fn voice(&self) -> SheetSection {
        let (words, voice) = (self.words, &self.karte.voice);
        let mut notes = Vec::new();
        if voice.post_count == 0 {
            notes.push(words.get("karte.no_voice").to_owned());
        }
        if voice.other_post_count > 0 {
            let count = self.numbers.count(voice.other_post_count);
            notes.push(words.fill("karte.other_posts", &[("count", &count)]));
        }
        let told = voice.posts.len() as u64;
        if told < voice.post_count {
            let slots = [
                ("told", self.numbers.count(told)),
                ("count", self.numbers.count(voice.post_count)),
            ];
            notes.push(words.fill(
                "karte.newest_posts",
                &slots.each_ref().map(|(key, value)| (*key, value.as_str())),
            ));
        }
        SheetSection {
            anchor: "voice",
            heading: words.get("karte_heading.voice"),
            facts: self.counts(voice).into_iter().flatten().collect(),
            notes,
            tables: Vec::new(),
            posts: voice.posts.iter().map(|post| self.post(post)).collect(),
        }
    }

    fn counts(&self, voice: &VoiceFact) -> [Option<super::SheetFact>; 5] {
        let words = self.words;
        let count = |count: u64| self.numbers.count(count);
        let posts = match voice.post_count {
            0 => String::new(),
            posts => words.fill(
                "karte.posts",
                &[
                    ("count", &count(posts)),
                    ("positive", &count(voice.positive_count)),
                    ("negative", &count(voice.negative_count)),
                ],
            ),
        };
        let signed = |mean: Option<f64>| mean.map(|mean| self.numbers.signed(mean, 2));
        let recent = signed(voice.recent_sentiment_mean).map(|mean| {
            words.fill(
                "karte.recent",
                &[
                    ("mean", &mean),
                    ("days", &count(u64::from(voice.recent_days))),
                    ("count", &count(voice.recent_post_count)),
                ],
            )
        });
        let aspects = voice.aspects.iter().map(|aspect| {
            words.fill(
                "karte.aspect",
                &[
                    ("aspect", words.name("aspect", &aspect.aspect)),
                    ("positive", &count(aspect.positive_count)),
                    ("negative", &count(aspect.negative_count)),
                ],
            )
        });
        let waiting = match voice.waiting_count {
            0 => String::new(),
            waiting => words.fill(
                "karte.waiting",
                &[
                    ("count", &count(waiting)),
                    ("complaints", &count(voice.open_complaint_count)),
                ],
            ),
        };
        [
            self.fact("posts", posts),
            self.fact(
                "sentiment",
                signed(voice.sentiment_mean).unwrap_or_default(),
            ),
            self.fact("recent", recent.unwrap_or_default()),
            self.fact("aspects", self.list(aspects)),
            self.fact("waiting", waiting),
        ]
    }

    fn post(&self, post: &PostFact) -> SheetPost {
        let words = self.words;
        let place = [
            self.when(&post.when),
            words.name("platform", &post.platform).to_owned(),
            words.name("karte_kind", &post.post_kind).to_owned(),
            post.rating
                .map(|stars| format!("★{}", self.numbers.decimal(stars, 1)))
                .unwrap_or_default(),
        ];
        let utterance = post.utterance.as_deref().unwrap_or_default();
        let score = [
            self.score(post.sentiment, post.label.as_deref()),
            words.name("utterance", utterance).to_owned(),
        ];
        let named = |aspects: &[String], key: &str| {
            let names = aspects
                .iter()
                .map(|aspect| words.name("aspect", aspect).to_owned());
            match aspects.is_empty() {
                true => String::new(),
                false => words.fill(key, &[("aspects", &self.list(names))]),
            }
        };
        SheetPost {
            place: self.list(place),
            score: self.list(score),
            tone: tone(post.label.as_deref()),
            text: shortened(&post.text, SHOWN_LETTERS),
            words: self.list(post.deciding_words.iter().cloned()),
            aspects: self.list([
                named(&post.positive_aspects, "karte.praised"),
                named(&post.negative_aspects, "karte.blamed"),
            ]),
        }
    }
}
