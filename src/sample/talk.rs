//! What a post, a review or a chat message is about, and its truth.

use rand::{Rng, RngExt};

use super::accounts::Author;
use super::calendar::{DAY, HOUR, Moment};
use super::catalogue::{PRODUCTS, demand};
use super::seed::weighted;
use super::spool::Key;
use super::story::Story;
use super::voice::{self, Aspect, Brief, Cause, Channel, Stance, Wave};

/// The content of a post before it is put into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// Somebody says something about the shop; the product is an index of the catalogue.
    Said {
        stance: Stance,
        aspect: Aspect,
        product: Option<usize>,
    },
    /// Something else altogether.
    OffTopic,
    /// News of the shop.
    Official {
        month: u32,
    },
    /// The shop answers.
    ShopAnswer {
        stance: Stance,
        aspect: Aspect,
    },
    /// The shop answers as it should not.
    Rude,
    /// The shop says sorry for the flare-up.
    Apology,
    /// The shop warns of impersonators.
    Warning,
    Flare {
        wave: Wave,
        cause: Cause,
    },
    Copy {
        variant: u32,
    },
    Impersonation,
    /// Another's words.
    Repost,
}

/// What a text really says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Truth {
    pub stance: &'static str,
    pub aspect: &'static str,
    /// -1, 0 or 1.
    pub sentiment: i32,
}

/// Kinds of the keys with which a customer's purchases plan posts.
pub(super) mod planned_kind {
    /// Content after an ordinary purchase.
    pub(crate) const AFTER_PURCHASE: u8 = 0;
    /// A complaint of somebody about to leave.
    pub(crate) const BEFORE_CHURN: u8 = 1;
}

const RUDE: &str = "お届けの遅れや箱の中の状態は配送会社の責任です。当店に言われましても対応いたしかねます。\
                    こちらも忙しいので、同じ内容を何度も書き込むのはお控えください。";
const APOLOGY: &str = "【お詫び】秋ギフトの一部で、お届けの遅れと商品の傷みがございました。また当アカウントの返信に\
                       たいへん失礼な表現がありました。心よりお詫び申し上げます。対象のお客様には全額返金いたします。";
const WARNING: &str = "【ご注意ください】当店を装った偽アカウントが確認されています。当店のアカウントは\
                       @torinokoe_coffee だけです。DMで当選のご連絡や口座番号をお聞きすることはありません。";

/// Weights of the aspects by stance, in the order of [`Aspect::ALL`].
fn aspect_weights(stance: Stance) -> [f64; 10] {
    match stance {
        //               taste serv price deliv wait qual shop assort usab pack
        Stance::Praise => [50.0, 12.0, 4.0, 6.0, 0.0, 8.0, 10.0, 3.0, 1.0, 8.0],
        Stance::Complaint | Stance::Sarcasm => {
            [9.0, 10.0, 15.0, 21.0, 10.0, 12.0, 4.0, 4.0, 9.0, 8.0]
        }
        Stance::Wish => [4.0, 2.0, 18.0, 8.0, 4.0, 2.0, 14.0, 30.0, 12.0, 12.0],
        Stance::Question => [10.0, 3.0, 14.0, 18.0, 6.0, 6.0, 15.0, 22.0, 6.0, 4.0],
        Stance::Report => [32.0, 2.0, 3.0, 14.0, 7.0, 4.0, 24.0, 8.0, 2.0, 8.0],
        Stance::Chatter => [46.0, 2.0, 2.0, 4.0, 2.0, 3.0, 32.0, 6.0, 1.0, 3.0],
        Stance::Mixed => [22.0, 8.0, 20.0, 14.0, 12.0, 6.0, 6.0, 5.0, 4.0, 4.0],
    }
}

/// Draws an aspect that people speak of with a stance.
pub(super) fn aspect(stance: Stance, rng: &mut impl Rng) -> Aspect {
    Aspect::ALL[weighted(&aspect_weights(stance), rng)]
}

/// Draws a complaint.
pub(super) fn complaint(rng: &mut impl Rng) -> Content {
    let stance = if rng.random_bool(0.12) {
        Stance::Sarcasm
    } else {
        Stance::Complaint
    };
    Content::Said {
        stance,
        aspect: aspect(stance, rng),
        product: None,
    }
}

impl Story {
    /// Draws what somebody says on an ordinary day.
    pub(super) fn ordinary_talk(&self, day: i64, rng: &mut impl Rng) -> Content {
        // praise complaint wish question report chatter sarcasm mixed
        let stance = Stance::ALL[weighted(&[36.0, 12.0, 8.0, 8.0, 17.0, 12.0, 2.0, 5.0], rng)];
        let product = rng
            .random_bool(0.55)
            .then(|| self.product_of_month(day, rng));
        Content::Said {
            stance,
            aspect: aspect(stance, rng),
            product,
        }
    }

    /// Draws a product by its demand in the month of a day.
    pub(super) fn product_of_month(&self, day: i64, rng: &mut impl Rng) -> usize {
        let (_, month, _) = self.calendar.month_of(day);
        weighted(&PRODUCTS.map(|p| demand(&p, month)), rng)
    }
}

/// Draws the post a purchase has planned.
pub(super) fn planned(story: &Story, key: &Key, rng: &mut impl Rng) -> (Content, &'static str) {
    if key.kind == planned_kind::BEFORE_CHURN {
        return (complaint(rng), "before_churn");
    }
    let stances = [Stance::Praise, Stance::Report, Stance::Mixed, Stance::Wish];
    let stance = stances[weighted(&[0.62, 0.22, 0.08, 0.08], rng)];
    let product = rng
        .random_bool(0.7)
        .then(|| story.product_of_month(key.at / DAY, rng));
    (
        Content::Said {
            stance,
            aspect: aspect(stance, rng),
            product,
        },
        "",
    )
}

/// Draws what an onlooker answers to a post of an event.
pub(super) fn answer(event: &str, rng: &mut impl Rng) -> Content {
    if event == "flare_up" {
        let wave = [Wave::Anger, Wave::Bystander, Wave::Defence][weighted(&[0.6, 0.25, 0.15], rng)];
        return Content::Flare {
            wave,
            cause: Cause::RudeReply,
        };
    }
    let stances = [Stance::Chatter, Stance::Praise, Stance::Question];
    let stance = stances[weighted(&[0.5, 0.35, 0.15], rng)];
    Content::Said {
        stance,
        aspect: aspect(stance, rng),
        product: None,
    }
}

/// Puts a content into words.
pub(super) fn text(
    story: &Story,
    at: Moment,
    author: Author,
    content: &Content,
    is_reply: bool,
    rng: &mut impl Rng,
) -> String {
    let (_, month, _) = story.calendar.month_of(at.div_euclid(DAY));
    let hour = (at.rem_euclid(DAY) / HOUR) as u32;
    match *content {
        Content::Said {
            stance,
            aspect,
            product,
        } => {
            let persona = story.persona(author);
            let product = product.map(|index| PRODUCTS[index].spoken);
            let channel = if is_reply {
                Channel::XReply
            } else {
                Channel::XPost
            };
            let brief = Brief {
                stance,
                aspect,
                channel,
                persona: &persona,
                product,
                month,
                hour,
            };
            voice::utterance(&brief, rng)
        }
        Content::OffTopic => voice::off_topic(&story.persona(author), month, hour, rng),
        Content::Official { month } => voice::official_post(month, rng),
        Content::ShopAnswer { stance, aspect } => voice::official_reply(stance, aspect, rng),
        Content::Rude => RUDE.to_owned(),
        Content::Apology => APOLOGY.to_owned(),
        Content::Warning => WARNING.to_owned(),
        Content::Flare { wave, cause } => voice::flare_up(wave, cause, &story.persona(author), rng),
        Content::Copy { variant } => voice::copy_paste(variant, rng),
        Content::Impersonation => voice::impersonator_post(rng),
        Content::Repost => String::new(),
    }
}

impl Content {
    /// Returns what the text really says.
    pub(super) fn truth(&self) -> Truth {
        let (stance, aspect, sentiment) = match self {
            Content::Said { stance, aspect, .. } => {
                return Truth {
                    stance: stance_name(*stance),
                    aspect: aspect_name(*aspect),
                    sentiment: sentiment(*stance),
                };
            }
            Content::OffTopic => ("off_topic", "", 0),
            Content::Official { .. } => ("official", "", 0),
            Content::ShopAnswer { aspect, .. } => ("official_reply", aspect_name(*aspect), 0),
            Content::Rude => ("official_rude_reply", "delivery", 0),
            Content::Apology => ("official_apology", "delivery", 0),
            Content::Warning => ("official_warning", "", 0),
            Content::Flare { wave, cause } => {
                let aspect = match cause {
                    Cause::PriceRise => "price",
                    Cause::SpoiledDelivery => "delivery",
                    Cause::RudeReply => "service",
                };
                match wave {
                    Wave::Complaint => ("complaint", aspect, -1),
                    Wave::Anger => ("anger", aspect, -1),
                    Wave::Quote => ("quote", aspect, -1),
                    Wave::Defence => ("defence", aspect, 1),
                    Wave::Bystander => ("bystander", aspect, 0),
                }
            }
            Content::Copy { .. } => ("copy_paste", "", -1),
            Content::Impersonation => ("impersonation", "", 0),
            Content::Repost => ("repost", "", 0),
        };
        Truth {
            stance,
            aspect,
            sentiment,
        }
    }
}

/// Returns the sentiment of a stance; wishes, questions and mixed texts are neutral.
pub(super) fn sentiment(stance: Stance) -> i32 {
    match stance {
        Stance::Praise => 1,
        Stance::Complaint | Stance::Sarcasm => -1,
        Stance::Wish | Stance::Question | Stance::Report | Stance::Chatter | Stance::Mixed => 0,
    }
}

/// Returns the word for a stance in the truth tables.
pub(super) fn stance_name(stance: Stance) -> &'static str {
    match stance {
        Stance::Praise => "praise",
        Stance::Complaint => "complaint",
        Stance::Wish => "wish",
        Stance::Question => "question",
        Stance::Report => "report",
        Stance::Chatter => "chatter",
        Stance::Sarcasm => "sarcasm",
        Stance::Mixed => "mixed",
    }
}

/// Returns the word for an aspect in the truth tables.
pub(super) fn aspect_name(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Taste => "taste",
        Aspect::Service => "service",
        Aspect::Price => "price",
        Aspect::Delivery => "delivery",
        Aspect::Waiting => "waiting",
        Aspect::Quality => "quality",
        Aspect::Shop => "shop",
        Aspect::Assortment => "assortment",
        Aspect::Usability => "usability",
        Aspect::Packaging => "packaging",
    }
}

/// Weighs a text as the platform does: Latin letters count one, most others two.
fn weight(c: char) -> usize {
    match u32::from(c) {
        0..=0x10FF | 0x2000..=0x200D | 0x2010..=0x201F | 0x2032..=0x2037 => 1,
        _ => 2,
    }
}

/// Tells whether a text is longer than one post may be.
pub(super) fn is_long(text: &str) -> bool {
    text.chars().map(weight).sum::<usize>() > 280
}

/// Cuts a text as the platform cuts reposts and long posts.
pub(super) fn cut(text: &str) -> String {
    if !is_long(text) {
        return text.to_owned();
    }
    let mut sum = 0;
    let mut out: String = text
        .chars()
        .take_while(|c| {
            sum += weight(*c);
            sum <= 276
        })
        .collect();
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_with_an_ellipsis() {
        let long = "豆".repeat(150);
        assert!(is_long(&long) && !is_long("豆"));
        let short = cut(&long);
        assert!(short.ends_with('…') && short.chars().count() < 141);
        assert_eq!(cut("豆"), "豆");
    }

    #[test]
    fn own_announcements_fit_into_a_post() {
        for text in [RUDE, APOLOGY, WARNING] {
            assert!(text.chars().count() <= 140, "{}", text.chars().count());
        }
    }
}
