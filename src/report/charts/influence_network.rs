//! Who responds to whom: a dot for each of the foremost accounts of the largest communities, coloured by community, sized by
//! PageRank. Nobody is named but the shop's own and media accounts, and these only where the settings say so.

use super::Sketch;
use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::font;
use super::force::{self, Link, Room};
use super::frame::{Area, LABEL, Mark, NOTE};
use super::labels::network;
use super::palette::{GROUPS, Ink};
use super::speaker::Speaker;
use crate::report::figures::{AccountNetwork, Figures, NetworkAccount, NetworkCommunity};

/// Accounts drawn at most.
const LIMIT: usize = 150;
const PLOT_HEIGHT: f64 = 860.0;
const NAME_LIMIT: f64 = 260.0;
const GAP: f64 = 4.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let found = &figures.people.network;
    let accounts = &found.accounts[..found.accounts.len().min(LIMIT)];
    let links: Vec<Link> = found
        .links
        .iter()
        .filter(|(from, to)| from != to && *from < accounts.len() && *to < accounts.len())
        .map(|(from, to)| (*from, *to, 1.0))
        .collect();
    let foremost = found
        .communities
        .iter()
        .rev()
        .filter(|c| c.page_rank_share.is_finite())
        .max_by(|a, b| a.page_rank_share.total_cmp(&b.page_rank_share))?;
    if links.is_empty() {
        return None;
    }
    let wording = network::accounts(s, foremost, found.communities.len(), accounts.len());
    let names: Vec<String> = found
        .communities
        .iter()
        .map(|community| network::community_key(s, community))
        .collect();
    let keys: Vec<_> = found
        .communities
        .iter()
        .zip(&names)
        .take(usize::from(GROUPS))
        .map(|(community, name)| (Mark::Square, ink(found, community.community), name.as_str()))
        .collect();
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let area = Area {
        left: MARGIN,
        top,
        right: WIDTH - MARGIN,
        bottom: top + PLOT_HEIGHT,
    };
    draw(&mut canvas, s, found, (accounts, links.as_slice()), &area);
    canvas.end(area.bottom);
    let rows = found.communities.iter().map(|c| row(s, c)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

/// What is drawn of the network: its communities' numbers, its accounts.
enum Node<'a> {
    Community(u64),
    Account(usize, &'a NetworkAccount),
}

fn draw(
    canvas: &mut Canvas,
    s: &Speaker<'_>,
    found: &AccountNetwork,
    (accounts, links): (&[NetworkAccount], &[Link]),
    area: &Area,
) {
    let places = force::layout(accounts.len(), links);
    // The numbers of the communities choose their spots first, then the largest dots.
    let mut nodes: Vec<Node<'_>> = found
        .communities
        .iter()
        .filter(|c| accounts.iter().any(|a| a.community == c.community))
        .map(|c| Node::Community(c.community))
        .collect();
    let mut order: Vec<usize> = (0..accounts.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(accounts[*place].size));
    nodes.extend(
        order
            .iter()
            .map(|place| Node::Account(*place, &accounts[*place])),
    );
    let labels: Vec<String> = nodes.iter().map(|node| label(s, node)).collect();
    let wanted: Vec<(f64, f64)> = nodes
        .iter()
        .map(|node| match node {
            Node::Community(number) => middle(*number, accounts, &places),
            Node::Account(place, _) => places[*place],
        })
        .collect();
    let rooms: Vec<Room> = nodes
        .iter()
        .zip(&labels)
        .map(|(node, label)| room(node, label))
        .collect();
    let spots = force::spread(&wanted, &rooms, area);
    let mut spot_of = vec![None; accounts.len()];
    for (node, spot) in nodes.iter().zip(&spots) {
        if let Node::Account(place, _) = node {
            spot_of[*place] = *spot;
        }
    }
    for (from, to, _) in links {
        if let (Some(start), Some(end)) = (spot_of[*from], spot_of[*to]) {
            let is_within = accounts[*from].community == accounts[*to].community;
            let ink = if is_within { Ink::Neutral } else { Ink::Axis };
            canvas.line(vec![start, end], ink, 2.0);
        }
    }
    for ((node, label), spot) in nodes.iter().zip(&labels).zip(&spots) {
        let Some((x, y)) = *spot else { continue };
        match node {
            Node::Community(number) => {
                let half = font::width(label, LABEL) / 2.0 + 4.0;
                canvas.rect(x - half, y - 18.0, x + half, y + 18.0, Ink::Paper);
                canvas.text_at(x, y, LABEL, Ink::Text, Anchor::Middle, label);
                let rule = ink(found, *number);
                canvas.level(x - half, x + half, y + 20.0, rule, 4.0);
            }
            Node::Account(_, account) => {
                let radius = radius(account);
                if account.is_official {
                    canvas.dot(x, y, radius + 5.0, Ink::Text);
                }
                canvas.dot(x, y, radius, ink(found, account.community));
                let baseline = y + radius + 5.0 + NOTE;
                canvas.text(x, baseline, NOTE, Ink::Text, Anchor::Middle, label);
            }
        }
    }
}

/// The text at a node; empty for an account that is not named.
fn label(s: &Speaker<'_>, node: &Node<'_>) -> String {
    match node {
        Node::Community(number) => network::community(s, *number),
        Node::Account(_, account) => {
            let name = match (&account.handle, account.is_official) {
                (Some(handle), _) => format!("@{handle}"),
                (None, true) => network::own_account(s).to_owned(),
                (None, false) => return String::new(),
            };
            font::shorten(&name, NOTE, NAME_LIMIT)
        }
    }
}

fn room(node: &Node<'_>, label: &str) -> Room {
    match node {
        Node::Community(_) => Room {
            half_width: font::width(label, LABEL) / 2.0 + 10.0,
            above: 22.0,
            below: 26.0,
        },
        Node::Account(_, account) => {
            // The ring of the shop's own.
            let radius = radius(account) + if account.is_official { 5.0 } else { 0.0 };
            let below = if label.is_empty() { 0.0 } else { NOTE * 1.25 };
            Room {
                half_width: radius.max(font::width(label, NOTE) / 2.0) + GAP,
                above: radius + GAP,
                below: radius + below + GAP,
            }
        }
    }
}

fn radius(account: &NetworkAccount) -> f64 {
    match account.size {
        0 | 1 => 9.0,
        2 => 14.0,
        3 => 21.0,
        _ => 30.0,
    }
}

/// The middle of the accounts of a community.
fn middle(community: u64, accounts: &[NetworkAccount], places: &[(f64, f64)]) -> (f64, f64) {
    let (mut sum, mut count) = ((0.0, 0.0), 0.0);
    for (account, place) in accounts.iter().zip(places) {
        if account.community == community {
            sum = (sum.0 + place.0, sum.1 + place.1);
            count += 1.0;
        }
    }
    if count > 0.0 {
        (sum.0 / count, sum.1 / count)
    } else {
        (0.5, 0.5)
    }
}

/// The colour of a community, by its place; those beyond the colours share one.
fn ink(found: &AccountNetwork, community: u64) -> Ink {
    let place = found
        .communities
        .iter()
        .position(|c| c.community == community)
        .and_then(|place| u8::try_from(place).ok());
    match place {
        Some(place) if place < GROUPS => Ink::Group(place),
        _ => Ink::Neutral,
    }
}

fn row(s: &Speaker<'_>, community: &NetworkCommunity) -> Vec<String> {
    vec![
        community.community.to_string(),
        s.name("platform", &community.platform).to_owned(),
        community.account_count.to_string(),
        format!("{:.4}", community.page_rank_share),
        community.inner_link_count.to_string(),
        community.outer_link_count.to_string(),
        community.words.join(" "),
        community.handles.join(" "),
    ]
}
