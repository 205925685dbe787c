//! Directives of nginx's table, with arguments of the kind that it says.

use crate::grammar::text;
use crate::random::Random;

const TABLE: &str = include_str!("../../../src/nginx/directives/directives.tsv");

/// A directive, most often one that may stand in that context.
pub(crate) fn directive(random: &mut Random, context: &str) -> String {
    let anywhere = random.chance(12);
    let rows: Vec<Vec<&str>> = TABLE
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|row| anywhere || row[1] == "any" || row[1].split(',').any(|one| one == context))
        .filter(|row| row[3] == "simple" && !row[4].starts_with("own"))
        .collect();
    let row = &rows[random.below(rows.len())];
    let word = match row[4].split(' ').next().unwrap() {
        "flag" => "<#flag>",
        "number" => "<#number>",
        "size" | "offset" => "<#size>",
        "msec" | "sec" => "<#time>",
        "buffers" => "<#number> <#size>",
        "path" => "<djl-a|djl-a 1|djl-a 9 9>",
        "access" => "<user:rw|all:r|x>",
        "enum" | "bitmask" => {
            let words: Vec<&str> = row[4].split_once(' ').unwrap().1.split('|').collect();
            let word = words[random.below(words.len())];
            let word = word.split('@').next().unwrap();
            return format!(
                "{} {word}{};",
                row[0],
                if random.chance(8) { "x" } else { "" }
            );
        }
        _ => "<#text>",
    };
    let count = if random.chance(15) {
        random.below(4)
    } else {
        let counts = row[2];
        let least = counts
            .bytes()
            .find(u8::is_ascii_digit)
            .map_or(1, |digit| digit - b'0');
        if word.contains("> <") {
            1
        } else {
            least as usize
        }
    };
    let arguments: String = (0..count)
        .map(|_| format!(" {}", text(random, word)))
        .collect();
    format!("{}{arguments};", row[0])
}
