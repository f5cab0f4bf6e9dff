//! What the customers of a fictional coffee roaster write: posts, replies, reviews and chats.
//!
//! The shop is 「珈琲焙煎所 とりのこえ」, `torinokoe_coffee`, which does not exist. A text is grown from a weighted grammar
//! (`phrases/`): a shape for the stance and channel, facts for the aspect, then the writer's own manners (politeness,
//! dialect, punctuation, emoji, typos). The words mean what the brief asks for: praise praises, a complaint names what
//! went wrong, sarcasm praises a bad fact, a mixed text holds both. The same brief and generator state give the same text.

mod compose;
mod copies;
mod grammar;
mod manners;
mod people;
mod surface;

use compose::{Mood, Scene};
use rand::{Rng, RngExt};

pub use copies::copy_paste;
pub use people::{bio, display_name, handle};

/// What a text does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stance {
    /// Likes something.
    Praise,
    /// Names something that went wrong.
    Complaint,
    /// Wants something that is not there yet.
    Wish,
    /// Asks.
    Question,
    /// Tells what was done or seen, without a judgement.
    Report,
    /// Talks around the shop, without a judgement.
    Chatter,
    /// Praises in words what is bad in fact.
    Sarcasm,
    /// Likes one thing and regrets another.
    Mixed,
}

impl Stance {
    /// Every stance, in order.
    pub const ALL: [Stance; 8] = [
        Stance::Praise,
        Stance::Complaint,
        Stance::Wish,
        Stance::Question,
        Stance::Report,
        Stance::Chatter,
        Stance::Sarcasm,
        Stance::Mixed,
    ];
}

/// What a text is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// Flavour and aroma.
    Taste,
    /// The people of the shop.
    Service,
    /// Money.
    Price,
    /// Dispatch and arrival.
    Delivery,
    /// Queues and waiting in the shop.
    Waiting,
    /// Freshness, roast, faults of the goods.
    Quality,
    /// The room, its seats and its air.
    Shop,
    /// What can be bought, and what is sold out.
    Assortment,
    /// The online shop's pages.
    Usability,
    /// Boxes, bags and wrapping.
    Packaging,
}

impl Aspect {
    /// Every aspect, in order.
    pub const ALL: [Aspect; 10] = [
        Aspect::Taste,
        Aspect::Service,
        Aspect::Price,
        Aspect::Delivery,
        Aspect::Waiting,
        Aspect::Quality,
        Aspect::Shop,
        Aspect::Assortment,
        Aspect::Usability,
        Aspect::Packaging,
    ];
}

/// Where a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// A post on X.
    XPost,
    /// A reply on X; the leading `@handle` is the caller's to add.
    XReply,
    /// A review.
    Review,
    /// A message to the shop's LINE account.
    LineChat,
}

/// A way of speaking away from the standard language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// Osaka, Kyoto, Kobe.
    Kansai,
    /// Fukuoka.
    Hakata,
    /// Sapporo.
    Hokkaido,
}

/// What a writer calls themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FirstPerson {
    /// 私
    Watashi,
    /// わたし
    WatashiKana,
    /// あたし
    Atashi,
    /// 僕
    Boku,
    /// 俺
    Ore,
    /// うち
    Uchi,
    /// 自分
    Jibun,
}

impl FirstPerson {
    fn word(self) -> &'static str {
        match self {
            FirstPerson::Watashi => "私",
            FirstPerson::WatashiKana => "わたし",
            FirstPerson::Atashi => "あたし",
            FirstPerson::Boku => "僕",
            FirstPerson::Ore => "俺",
            FirstPerson::Uchi => "うち",
            FirstPerson::Jibun => "自分",
        }
    }
}

/// How somebody writes; each number is a share between 0 and 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Persona {
    /// 0 casual, 1 formal.
    pub formality: f64,
    /// How readily emoji come.
    pub emoji: f64,
    /// How readily 顔文字 come.
    pub kaomoji: f64,
    /// How readily w, 草 and 笑 come.
    pub laughs: f64,
    /// How readily English words come.
    pub english: f64,
    /// How often something is mistyped.
    pub typos: f64,
    /// How readily hashtags come.
    pub hashtags: f64,
    /// 0 a word, 1 a page.
    pub length: f64,
    /// The dialect heard when writing casually.
    pub dialect: Option<Dialect>,
    /// What the writer calls themselves.
    pub first_person: FirstPerson,
}

/// What a text shall say, where, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Brief<'a> {
    /// What the text does.
    pub stance: Stance,
    /// What it is about.
    pub aspect: Aspect,
    /// Where it is written.
    pub channel: Channel,
    /// Who writes it.
    pub persona: &'a Persona,
    /// The product meant, by its name; one that cannot have the aspect (a bowl has no taste) is left out.
    pub product: Option<&'a str>,
    /// 1 to 12, for the seasons; another number means none.
    pub month: u32,
    /// 0 to 23, for the time of day.
    pub hour: u32,
}

/// The part somebody plays in a flare-up (炎上).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wave {
    /// A customer tells what happened.
    Complaint,
    /// Somebody is angry about it.
    Anger,
    /// Somebody stands by the shop.
    Defence,
    /// Somebody looks on.
    Bystander,
    /// Somebody passes it on with a word of their own.
    Quote,
}

impl Wave {
    /// Every part, in order.
    pub const ALL: [Wave; 5] = [
        Wave::Complaint,
        Wave::Anger,
        Wave::Defence,
        Wave::Bystander,
        Wave::Quote,
    ];
}

/// What a flare-up is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The shop raised its prices.
    PriceRise,
    /// Sweets or beans came spoiled.
    SpoiledDelivery,
    /// The shop's account answered rudely.
    RudeReply,
}

impl Cause {
    /// Every cause, in order.
    pub const ALL: [Cause; 3] = [Cause::PriceRise, Cause::SpoiledDelivery, Cause::RudeReply];
}

/// Returns a customer's words for a brief.
///
/// X posts usually name the shop or the product; reviews and chats need not.
pub fn utterance(brief: &Brief<'_>, rng: &mut impl Rng) -> String {
    let (shape, mood) = match brief.stance {
        Stance::Praise => ("shape.praise", Mood::Good),
        Stance::Complaint => ("shape.complaint", Mood::Bad),
        Stance::Wish => ("shape.wish", Mood::Neutral),
        Stance::Question => ("shape.question", Mood::Neutral),
        Stance::Report => ("shape.report", Mood::Neutral),
        Stance::Chatter => ("shape.chatter", Mood::Neutral),
        Stance::Sarcasm => ("shape.sarcasm", Mood::Wry),
        Stance::Mixed => ("shape.mixed", Mood::Neutral),
    };
    let mut scene = Scene::of_brief(brief, mood, rng);
    let text = scene.write(shape, rng);
    let text = if brief.channel == Channel::XPost {
        surface::name_the_shop(text, brief.product, rng)
    } else {
        text
    };
    surface::finish(text, &scene, brief.persona, rng)
}

/// Returns the shop's polite answer to a customer, for a reply, a chat or a review.
pub fn official_reply(stance: Stance, aspect: Aspect, rng: &mut impl Rng) -> String {
    let symbol = match stance {
        Stance::Praise => "reply.praise",
        Stance::Complaint | Stance::Sarcasm => "reply.complaint",
        Stance::Wish => "reply.wish",
        Stance::Question => "reply.question",
        Stance::Report | Stance::Chatter => "reply.chatter",
        Stance::Mixed => "reply.mixed",
    };
    Scene::of_shop(aspect, 0).write(symbol, rng)
}

/// Returns a post of the shop's own account: news, beans, events, campaigns.
pub fn official_post(month: u32, rng: &mut impl Rng) -> String {
    Scene::of_shop(Aspect::Taste, month).write("opost", rng)
}

/// Returns a post in a flare-up (炎上) about the shop.
pub fn flare_up(wave: Wave, cause: Cause, persona: &Persona, rng: &mut impl Rng) -> String {
    let (symbol, mood) = match wave {
        Wave::Complaint => ("flare.complaint", Mood::Bad),
        Wave::Anger => ("flare.anger", Mood::Bad),
        Wave::Defence => ("flare.defence", Mood::Neutral),
        Wave::Bystander => ("flare.bystander", Mood::Neutral),
        Wave::Quote => ("flare.quote", Mood::Neutral),
    };
    let mut scene = Scene::of_person(persona, mood, rng);
    scene.cause = cause;
    let text = scene.write(symbol, rng);
    surface::finish_plain(text, &scene, persona, rng)
}

/// Returns a post of an account that poses as the shop and promises gifts.
pub fn impersonator_post(rng: &mut impl Rng) -> String {
    Scene::of_shop(Aspect::Taste, 0).write("fake", rng)
}

/// Returns a customer's post about something other than the shop, sometimes with a coffee in hand.
pub fn off_topic(persona: &Persona, month: u32, hour: u32, rng: &mut impl Rng) -> String {
    let mood = if rng.random_bool(0.3) {
        Mood::Good
    } else {
        Mood::Neutral
    };
    let mut scene = Scene::of_person(persona, mood, rng);
    scene.fit.month = compose::month_bit(month);
    scene.fit.hour = 1 << (hour % 24);
    let text = scene.write("off", rng);
    surface::finish_plain(text, &scene, persona, rng)
}

#[cfg(test)]
mod tests;
