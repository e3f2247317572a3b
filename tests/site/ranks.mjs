/* Prints what the search in JavaScript makes of some queries: their terms, and the pages that it finds, as JSON. */
import { readFileSync } from "node:fs";
import { definition, index, scripts } from "./scripts.mjs";

scripts("minisearch.js", "query.js", "search.js");
const { query } = tfcompat.query.reader(definition);
const find = tfcompat.search.engine(index);
const asked = JSON.parse(readFileSync(0, "utf8"));
const found = asked.map((text) => ({ terms: [...query(text)], pages: find(text).map(({ page, score }) => [page, score]), close: find(text).map(({ close }) => close) }));
process.stdout.write(JSON.stringify(found));
