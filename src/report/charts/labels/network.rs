//! Texts of the networks of words and accounts, and of the journey.

use std::cmp::Ordering;

use super::Wording;
use super::people::accounts as account_count;
use crate::report::charts::speaker::Speaker;
use crate::report::figures::{JourneyFigure, NetworkCommunity, WordLink};

/// Communities' words in a legend.
const KEY_WORDS: usize = 2;
/// Words in a headline.
const TITLE_WORDS: usize = 3;

/// Headline of the words that stand together; `told` is the pair that is said most for how close it is.
pub(in crate::report::charts) fn words(
    s: &Speaker<'_>,
    told: &WordLink,
    is_negative: bool,
    count: usize,
) -> Wording {
    let (word, other) = (s.brief(&told.word), s.brief(&told.other_word));
    let posts = s.posts(told.post_count);
    let title = if is_negative {
        s.pick(
            format!("「{word}」と「{other}」が、否定的な声の中で一緒に語られています({posts})"),
            format!("“{word}” and “{other}” are said together, in negative posts ({posts})"),
        )
    } else {
        s.pick(
            format!("「{word}」と「{other}」が、よく一緒に語られています({posts})"),
            format!("“{word}” and “{other}” are often said together ({posts})"),
        )
    };
    let subtitle = s.pick(
        format!("一緒に使われる言葉{count}語のつながり。丸の大きさは声の件数、線の太さは結び付きの強さ(NPMI)、色は声の向き"),
        format!("{count} words that are used together: dots by posts, lines by closeness (NPMI), coloured by their mood"),
    );
    let headings = s.pick(
        ["言葉", "一緒に使われる言葉", "件数", "NPMI"],
        ["Word", "Said with", "Posts", "NPMI"],
    );
    Wording::new(title, subtitle, &headings)
}

/// Headline of the accounts; `foremost` is the community with most of the PageRank.
pub(in crate::report::charts) fn accounts(
    s: &Speaker<'_>,
    foremost: &NetworkCommunity,
    community_count: usize,
    drawn_count: usize,
) -> Wording {
    let share = s.share(foremost.page_rank_share);
    let accounts = account_count(s, foremost.account_count);
    let words = joined(s, foremost, TITLE_WORDS);
    let title = if words.is_empty() {
        let name = community(s, foremost.community);
        s.pick(
            format!("影響力の{share}が、{accounts}からなる{name}に集まっています"),
            format!("{share} of all influence lies with the {accounts} of {name}"),
        )
    } else {
        s.pick(
            format!("影響力の{share}が、{words}を話す{accounts}の集まりにあります"),
            format!("{share} of all influence lies with {accounts} who speak of {words}"),
        )
    };
    let subtitle = s.pick(
        format!("大きな集まり{community_count}個の主なアカウント{drawn_count}件と反応のつながり。丸の大きさはPageRank、色は集まり、輪はお店の公式"),
        format!("{drawn_count} leading accounts of the {community_count} largest communities and who responds to whom; size by PageRank, coloured by community, the shop's own ringed"),
    );
    let headings = s.pick(
        [
            "番号",
            "媒体",
            "アカウント",
            "影響力の割合",
            "中のつながり",
            "ほかとのつながり",
            "言葉",
            "公式・メディア",
        ],
        [
            "Number",
            "Platform",
            "Accounts",
            "Share of influence",
            "Links within",
            "Links to others",
            "Words",
            "Official and media",
        ],
    );
    Wording::new(title, subtitle, &headings)
}

fn joined(s: &Speaker<'_>, community: &NetworkCommunity, count: usize) -> String {
    let words = community.words.iter().take(count);
    let words: Vec<String> = words.map(|word| s.brief(word)).collect();
    words.join(s.pick("・", ", "))
}

/// `集まり1` or `community 1`.
pub(in crate::report::charts) fn community(s: &Speaker<'_>, number: u64) -> String {
    s.pick(format!("集まり{number}"), format!("community {number}"))
}

/// Legend of a community: its number and words.
pub(in crate::report::charts) fn community_key(s: &Speaker<'_>, one: &NetworkCommunity) -> String {
    let name = community(s, one.community);
    match joined(s, one, KEY_WORDS) {
        words if words.is_empty() => name,
        words => s.pick(format!("{name}({words})"), format!("{name} ({words})")),
    }
}

/// What stands at the shop's own account.
pub(in crate::report::charts) fn own_account(s: &Speaker<'_>) -> &'static str {
    s.pick("お店の公式", "the shop")
}

/// Headline of the journey: recommendations against complaints where either was heard, else the stage most spoken of.
pub(in crate::report::charts) fn journey(
    s: &Speaker<'_>,
    most: &JourneyFigure,
    recommend: Option<&JourneyFigure>,
    complain: Option<&JourneyFigure>,
) -> Wording {
    let count = |one: Option<&JourneyFigure>| one.map_or(0, |one| one.post_count);
    let (recommended, complained) = (count(recommend), count(complain));
    let title = if recommended > 0 || complained > 0 {
        let (good, bad) = (s.posts(recommended), s.posts(complained));
        match recommended.cmp(&complained) {
            Ordering::Greater => s.pick(
                format!("お店をすすめる声が{good}で、不満の声({bad})を上回っています"),
                format!("{good} recommend the shop, more than complain ({bad})"),
            ),
            Ordering::Less => s.pick(
                format!("不満の声が{bad}で、お店をすすめる声({good})を上回っています"),
                format!("{bad} complain, more than recommend the shop ({good})"),
            ),
            Ordering::Equal => s.pick(
                format!("お店をすすめる声と不満の声が、ともに{good}です"),
                format!("As many recommend the shop as complain ({good} each)"),
            ),
        }
    } else {
        let (name, posts) = (s.name("journey", &most.stage), s.posts(most.post_count));
        s.pick(
            format!("最も多いのは「{name}」段階の声で、{posts}です"),
            format!("Most posts are of the stage “{name}” ({posts})"),
        )
    };
    let then = s.before("前の期間", "the period before");
    let subtitle = s.pick(
        format!(
            "お客様がどの段階から話しているか(件)。1件の声が複数の段階に数えられることがあります。縦の印は{then}"
        ),
        format!(
            "Where on the way people speak from, in posts; one post may tell of several stages. Marked across: {then}"
        ),
    );
    let then = s.before("前の期間", "before");
    let headings = s.pick(
        [
            "段階".to_owned(),
            "件数".to_owned(),
            format!("{then}の件数"),
        ],
        [
            "Stage".to_owned(),
            "Posts".to_owned(),
            format!("Posts {then}"),
        ],
    );
    Wording::new(title, subtitle, &headings.each_ref().map(String::as_str))
}

/// Legend of the marks of the compared period.
pub(in crate::report::charts) fn period_before(s: &Speaker<'_>) -> String {
    s.before("前の期間", "Period before")
}

/// Legend of the marks of the moment compared with.
pub(in crate::report::charts) fn moment_before(s: &Speaker<'_>) -> String {
    s.state_before("前の期間", "Period before")
}

/// `前の期間 12件` or `12 posts before`.
pub(in crate::report::charts) fn posts_before(s: &Speaker<'_>, count: &str) -> String {
    let then = s.before("前の期間", "before");
    s.pick(format!("{then} {count}"), format!("{count} {then}"))
}

/// `前の期間 12人` or `12 persons before`.
pub(in crate::report::charts) fn persons_before(s: &Speaker<'_>, count: &str) -> String {
    let then = s.state_before("前の期間", "before");
    s.pick(format!("{then} {count}"), format!("{count} {then}"))
}

/// Headline of the stages by orders; persons of a stage now and one period earlier, where they are shown.
pub(in crate::report::charts) fn order_stages(
    s: &Speaker<'_>,
    habitual: Option<(u64, Option<u64>)>,
    lapsed: Option<(u64, Option<u64>)>,
) -> Wording {
    let then = s.state_before("前の期間", "before");
    let title = match (habitual, lapsed) {
        (_, Some((now, Some(before)))) if now > before => {
            let (persons, more) = (s.persons(now), s.persons(now - before));
            s.pick(
                format!("離れかけている方は{persons}で、{then}より{more}増えました"),
                format!("{persons} have lapsed, {more} more than {then}"),
            )
        }
        (Some((now, Some(before))), _) if now > before => {
            let (persons, more) = (s.persons(now), s.persons(now - before));
            s.pick(
                format!("習慣になった方は{persons}で、{then}より{more}増えました"),
                format!("{persons} buy by habit, {more} more than {then}"),
            )
        }
        (Some((habitual, _)), Some((lapsed, _))) => {
            let (habitual, lapsed) = (s.persons(habitual), s.persons(lapsed));
            s.pick(
                format!("習慣になった方は{habitual}、離れかけている方は{lapsed}です"),
                format!("{habitual} buy by habit, and {lapsed} have lapsed"),
            )
        }
        (Some((habitual, _)), None) => {
            let habitual = s.persons(habitual);
            s.pick(
                format!("習慣になった方は{habitual}です"),
                format!("{habitual} buy by habit"),
            )
        }
        (None, Some((lapsed, _))) => {
            let lapsed = s.persons(lapsed);
            s.pick(
                format!("離れかけている方は{lapsed}です"),
                format!("{lapsed} have lapsed"),
            )
        }
        (None, None) => s.pick(
            "習慣になった方と離れかけている方の人数は、少人数の段階が引き算でも分からないよう伏せています"
                .to_owned(),
            "Those who buy by habit and who have lapsed are withheld, so that no small group can be told, not even by subtraction"
                .to_owned(),
        ),
    };
    let marked = s.state_before("前の期間", "the period before");
    let subtitle = s.pick(
        format!(
            "購入の段階ごとの人数。購入の周期を大きく過ぎた方は「離れかけ」に数えます。縦の印は{marked}"
        ),
        format!(
            "People by stage of their purchases; those long past their usual cycle have lapsed. Marked across: {marked}"
        ),
    );
    let then = s.persons_before();
    let headings = s.pick(["段階", "人数", &then], ["Stage", "Persons", &then]);
    Wording::new(title, subtitle, &headings)
}
