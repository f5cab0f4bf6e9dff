//! Texts of the charts about campaigns and consent.

use super::Wording;
use crate::report::charts::speaker::Speaker;
use crate::report::figures::{CampaignFigure, ConsentFigure, Counted};

/// Headline of the campaigns; `best` is the one with the highest lift that is surely above zero.
pub(in crate::report::charts) fn campaigns(
    s: &Speaker<'_>,
    best: Option<&CampaignFigure>,
    count: usize,
) -> Wording {
    let title = match best {
        Some(best) => {
            let (name, lift) = (s.brief(&best.campaign), s.signed_money(best.lift_minor));
            s.pick(
                format!("「{name}」は1人あたり{lift}の効果が認められました"),
                format!("“{name}” brought {lift} per person"),
            )
        }
        None if count == 1 => s.pick(
            "このキャンペーンの効果は、まだはっきりしません".to_owned(),
            "The effect of this campaign is not clear yet".to_owned(),
        ),
        None => s.pick(
            "はっきりと効果が認められたキャンペーンは、まだありません".to_owned(),
            "No campaign has a clear effect yet".to_owned(),
        ),
    };
    let subtitle = s.pick(
        "1人あたりの購入額の差(送付対象 − 対照群)と90%区間。区間が0をまたぐ間は、効果があるとは言い切れません",
        "Difference in spend per person, treated less held out, with its 90% interval; across zero the effect is not sure",
    );
    let headings = s.pick(
        [
            "キャンペーン",
            "手段",
            "開始",
            "測定終了",
            "送付対象",
            "対照群",
            "1人あたりの効果",
            "下限",
            "上限",
            "費用",
        ],
        [
            "Campaign",
            "Channel",
            "From",
            "Measured to",
            "Treated",
            "Held out",
            "Lift per person",
            "Lower",
            "Upper",
            "Cost",
        ],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Second line of a campaign: channel, first day, persons.
pub(in crate::report::charts) fn campaign_note(s: &Speaker<'_>, c: &CampaignFigure) -> String {
    let (channel, day) = (s.name("purpose", &c.channel), s.day(&c.started_on));
    let persons = s.persons(c.treated_count);
    s.pick(
        format!("{channel} {day}開始 {persons}"),
        format!("{channel}, from {day}, {persons}"),
    )
}

/// Lift and interval in numbers.
pub(in crate::report::charts) fn campaign_value(
    s: &Speaker<'_>,
    c: &CampaignFigure,
) -> [String; 2] {
    let (lower, upper) = (s.money(c.lift_lower_minor), s.money(c.lift_upper_minor));
    [
        s.signed_money(c.lift_minor),
        s.pick(format!("{lower}〜{upper}"), format!("{lower} to {upper}")),
    ]
}

/// Legend of the campaigns: sure gain, not sure, sure loss.
pub(in crate::report::charts) fn campaigns_keys(s: &Speaker<'_>) -> [&'static str; 3] {
    s.pick(
        ["効果あり", "まだ不明", "逆効果"],
        ["Clear gain", "Not sure", "Clear loss"],
    )
}

/// Note on the campaigns that are not drawn.
pub(in crate::report::charts) fn campaigns_rest(s: &Speaker<'_>, count: usize) -> String {
    s.pick(
        format!("ほか{count}件は表にあります"),
        format!("{count} more campaigns are in the table"),
    )
}

/// Headline of the consents: the channel most persons agreed to, as far as that may be told.
pub(in crate::report::charts) fn consents(s: &Speaker<'_>, best: &ConsentFigure) -> Wording {
    let name = purpose(s, &best.purpose);
    let title = match best.granted_count {
        Counted::Told(0) => s.pick(
            "連絡への同意は、まだいただいていません".to_owned(),
            "Nobody has agreed to be contacted yet".to_owned(),
        ),
        Counted::Told(granted) => {
            let persons = s.persons(granted);
            let share = s.share(granted as f64 / (best.person_count as f64).max(1.0));
            s.pick(
                format!("連絡手段の中で最も同意が多いのは「{name}」で、{persons}({share})です"),
                format!("{name} is the most widely permitted channel: {persons} ({share})"),
            )
        }
        Counted::Few | Counted::Withheld => s.pick(
            "連絡への同意の状況です(少人数の数と、引き算でそれが分かる数は伏せています)".to_owned(),
            "Consent to be contacted; small numbers, and those that would tell them, are withheld"
                .to_owned(),
        ),
    };
    let subtitle = s.pick(
        "用途ごとの同意の状況(人)。未確認の方には配信しません",
        "Consent by purpose, in people; nobody is contacted without it",
    );
    let headings = s.pick(
        ["用途", "有効", "拒否", "未確認"],
        ["Purpose", "Granted", "Denied", "Never asked"],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Name of a purpose; unknown keys stay as they are.
pub(in crate::report::charts) fn purpose(s: &Speaker<'_>, key: &str) -> String {
    s.heading("purpose", key)
}

/// Legend of the consents: granted, denied, missing.
pub(in crate::report::charts) fn consents_keys(s: &Speaker<'_>) -> [&'static str; 3] {
    s.pick(
        ["有効", "拒否・撤回・期限切れ", "未確認"],
        ["Granted", "Denied, revoked or expired", "Never asked"],
    )
}
