"""Figures in sentences, put where docs/safety.md wants them: <!-- part --> here <!-- / -->."""

import re
from collections.abc import Mapping
from typing import Any

SENTENCES = {
    "metadata": "{planted_files} files with a mark in every hiding place that their format has: "
    "{outputs_with_a_planted_string} of the {outputs} pictures made from them hold one.",
    "launderer": "{files_tried:,} hostile and odd files: {crashes_that_reached_the_parent} crashes "
    "that reached the web process, {files_with_an_unexpected_end} with an end that nobody "
    "expected, {outputs_with_metadata} of {outputs:,} outputs with metadata. The slowest child "
    "took {slowest_child_s} s, the largest {largest_child_memory_mb} MB; {bombs_tried} bombs were "
    "refused within {bombs_refused_slowest_cpu_ms_after_start} ms of processor time.",
    "covers": "{pairs} pairs of pictures that differ only under the cover: {different} came out "
    "different.",
    "traces": "{journeys} marked people, {marks:,} ways to write a mark down, looked for in all of "
    "{files_searched:,} files: {marks_found} found.",
    "flood": "Of 100 honest people who posted among {spam_posted:,} posts of spam from 40 places, "
    "the last stands at place {last_of_100_honest_who_posted_too} of the queue; "
    "{spam_refused_above_the_limit:,} of the spam were refused.",
    "codes": "{codes:,} codes: {repeats} repeats. {slips_of_typing:,} slips of typing: "
    "{slips_that_passed} pass. {guesses:,} guesses: {guesses_that_fit} fit.",
    "kills": "{sent} reflections sent while processes were killed {kills} times: {receipts} "
    "receipts, {receipts_without_reflection} of them for nothing, {half_written_files} files half "
    "written.",
    "withdrawals": "{withdrawals:,} withdrawals, with {kills} kills in between and a restored "
    "backup after them: {copies_left} copies left, {files_with_key_bytes} files with bytes of a "
    "key, {readable_after_restore} readable after the restore; the slowest took "
    "{slowest_seconds} s.",
    "publishing": "Processes killed in {kills_in_publish} publishes, {kills_in_recall} recalls and "
    "{kills_in_edit} edits: {differences} differences between folder and database, "
    "{shown_after_recall} shown after the recall.",
    "lives": "{orders:,} random orders of up to {events_in_a_short_one_at_most} events, "
    "{long_orders:,} of them of up to {events_in_a_long_one_at_most}: "
    "{shown_without_live_consent} ever shown without live consent.",
    "profiles": "{profiles} browser profiles with {files:,} files searched after somebody took "
    "part: {files_with_what_was_sent} hold anything that was sent, {cached_pages_of_the_forms} "
    "pages of the forms in a cache, {cookies_and_storage} cookies or stored entries.",
    "journeys": "{journeys} journeys, {journeys_without_javascript} of them without JavaScript: "
    "{not_completed} not completed.",
    "pages": "{readings:,} readings of pages in six languages, on a phone and on a desk, with "
    "JavaScript and without: {with_a_fault} with a fault.",
    "texts": "{strings} hostile strings; {pages_read} pages with them read in a real browser: "
    "{scripts_run} scripts run.",
}
PLACE = re.compile(r"<!-- ([a-z]+) -->.*?<!-- / -->", re.DOTALL)


def fill(text: str, figures: Mapping[str, Mapping[str, Any]]) -> str:
    """The text with what its parts found. Raises KeyError for a part that there is not."""

    def sentence(place: re.Match[str]) -> str:
        part = place[1]
        told = SENTENCES[part]
        found = told.format_map(figures[part]) if part in figures else "Not proved yet."
        return f"<!-- {part} -->{found} (`python -m prove {part}`)<!-- / -->"

    return PLACE.sub(sentence, text)
