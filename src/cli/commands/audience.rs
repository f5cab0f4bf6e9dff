//! `koe audience`: lists for channels.

use koe::audience::{Channel, Encoding, Reason};
use koe::error::{Error, Result};
use koe::pipeline::{AudienceOutcome, AudienceRequest, AudienceSummary};
use koe::report::Lang;
use polars::prelude::{Column, DataFrame, df};

use super::held_back;
use super::stage::grouped;
use crate::args::{Audience, ChannelArg, Common, EncodingArg};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::{output, settings, waiting};

/// Letters of those replaced that are named.
const NAMED_LETTERS: usize = 20;

pub fn run(args: &Audience, common: &Common, ui: &Ui) -> Result<Exit> {
    let workspace = settings::workspace(common, None, &[])?;
    let request = AudienceRequest {
        name: args.name.clone(),
        channel: args.channel.map(channel),
        condition: args.condition.clone(),
        control: args.control,
        limit: args.limit.map(u64::from),
        encoding: args.encoding.map(encoding),
        is_dry_run: args.dry_run,
    };
    let _turn = waiting::turn(&workspace, common, ui)?;
    let outcome = waiting::patiently(common, ui, || workspace.audience(&request, ui))?;
    if let Some(format) = common.format {
        output::print(&frame(&outcome)?, format)?;
    }
    let lang = workspace.config().workspace.lang;
    for one in &outcome.audiences {
        for line in lines(one, lang, args.dry_run) {
            ui.say(&line);
        }
    }
    for list in &outcome.removed {
        ui.say(&list.told(lang));
    }
    if args.dry_run {
        held_back::tell(workspace.held_back()?.as_ref(), ui);
    }
    Ok(Exit::Done)
}

fn channel(arg: ChannelArg) -> Channel {
    match arg {
        ChannelArg::Email => Channel::Email,
        ChannelArg::Line => Channel::Line,
        ChannelArg::Sms => Channel::Sms,
        ChannelArg::Push => Channel::Push,
        ChannelArg::Postal => Channel::Postal,
        ChannelArg::SocialDm => Channel::SocialDm,
        ChannelArg::Voice => Channel::Voice,
        ChannelArg::Meta => Channel::Meta,
        ChannelArg::X => Channel::X,
        ChannelArg::Google => Channel::Google,
    }
}

fn encoding(arg: EncodingArg) -> Encoding {
    match arg {
        EncodingArg::Utf8Bom => Encoding::Utf8Bom,
        EncodingArg::Cp932 => Encoding::Cp932,
        EncodingArg::Utf8 => Encoding::Utf8,
    }
}

/// Returns what is told of an audience.
fn lines(one: &AudienceSummary, lang: Lang, is_dry_run: bool) -> Vec<String> {
    let (selected, listed, control) = (
        grouped(one.selected),
        grouped(one.listed),
        grouped(one.control),
    );
    let channel = one.channel.key();
    let mut lines = vec![match lang {
        Lang::Ja => format!(
            "{}({channel}、施策 {}): 条件に合う {selected} 人、配信 {listed} 人、対照 {control} 人",
            one.name, one.campaign
        ),
        Lang::En => format!(
            "{} ({channel}, campaign {}): {selected} selected, {listed} listed, {control} held out",
            one.name, one.campaign
        ),
    }];
    for (reason, count) in &one.excluded {
        let told = told(*reason, lang);
        lines.push(match lang {
            Lang::Ja => format!("  除外 {:>7} 人  {told}", grouped(*count)),
            Lang::En => format!("  left out {:>7}  {told}", grouped(*count)),
        });
    }
    if !one.replaced.is_empty() {
        let count: u64 = one.replaced.iter().map(|(_, count)| count).sum();
        let letters: String = one
            .replaced
            .iter()
            .take(NAMED_LETTERS)
            .map(|(letter, _)| *letter)
            .collect();
        let more = match one.replaced.len() > NAMED_LETTERS {
            true => "…",
            false => "",
        };
        lines.push(match lang {
            Lang::Ja => {
                format!("  CP932 にない文字を「〓」に置き換えました: {count} 字({letters}{more})")
            }
            Lang::En => {
                format!("  letters that CP932 lacks became 〓: {count} ({letters}{more})")
            }
        });
    }
    if !is_dry_run {
        let files = one.files.iter();
        lines.extend(files.map(|file| format!("  -> {}", file.display())));
    }
    lines
}

fn told(reason: Reason, lang: Lang) -> &'static str {
    let (ja, en) = match reason {
        Reason::ConsentMissing => ("同意なし", "no consent asked for"),
        Reason::ConsentDenied => ("拒否・撤回・配信停止", "denied, revoked or unsubscribed"),
        Reason::ConsentExpired => ("同意の期限切れ", "consent ran out"),
        Reason::Forgotten => ("消去済みの人", "forgotten"),
        Reason::Minor => ("未成年", "too young"),
        Reason::AgeUnknown => ("年齢不明", "age not known"),
        Reason::OpenComplaint => ("未解決の苦情あり", "a complaint waits for an answer"),
        Reason::NoAddress => ("宛先なし", "no address"),
        Reason::Bounced => ("宛先不達", "the address bounced"),
        Reason::AlreadyContacted => ("この施策で連絡済み", "contacted in this campaign"),
        Reason::HeldOut => ("この施策の対照群", "held out of this campaign before"),
        Reason::CapReached => ("連絡回数の上限", "contacted often enough"),
        Reason::SameAddress => (
            "同じ宛先の人が先にいる",
            "somebody at the same address is listed",
        ),
        Reason::OverLimit => ("人数の上限", "over the limit"),
    };
    match lang {
        Lang::Ja => ja,
        Lang::En => en,
    }
}

/// Returns a row per audience, with a column per reason.
fn frame(outcome: &AudienceOutcome) -> Result<DataFrame> {
    let audiences = &outcome.audiences;
    let text = |of: fn(&AudienceSummary) -> String| audiences.iter().map(of).collect::<Vec<_>>();
    let count = |of: &dyn Fn(&AudienceSummary) -> u64| -> Vec<i64> {
        let counts = audiences.iter().map(of);
        counts
            .map(|count| i64::try_from(count).unwrap_or(i64::MAX))
            .collect()
    };
    let failed = Error::frame("list the audiences");
    let mut frame = df!(
        "audience" => text(|one| one.name.clone()),
        "channel" => text(|one| one.channel.key().to_owned()),
        "campaign" => text(|one| one.campaign.clone()),
        "selected" => count(&|one| one.selected),
        "listed" => count(&|one| one.listed),
        "control" => count(&|one| one.control),
    )
    .map_err(&failed)?;
    for reason in Reason::ALL {
        let column = Column::new(reason.key().into(), count(&|one| one.excluded_for(reason)));
        frame.with_column(column).map_err(&failed)?;
    }
    let replaced = Column::new(
        "replaced_letters".into(),
        count(&|one| one.replaced.iter().map(|(_, count)| count).sum()),
    );
    let file = Column::new(
        "file".into(),
        text(|one| {
            let first = one.files.first();
            first.map_or_else(String::new, |file| file.display().to_string())
        }),
    );
    for column in [replaced, file] {
        frame.with_column(column).map_err(&failed)?;
    }
    Ok(frame)
}
