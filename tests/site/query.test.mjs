/* The query in JavaScript, by itself: what it reads out of a pasted text. That it is what the terminal reads, a test in Python holds. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { definition, index, scripts } from "./scripts.mjs";

scripts("minisearch.js", "query.js", "search.js");
const { reader, hashed } = tfcompat.query;
const { query, read, termsOf } = reader(definition);
const ERROR = "AttributeError: module 'tensorflow.keras.layers' has no attribute 'Normalization'";

test("a word has its parts without their endings", () => {
  assert.deepEqual(termsOf("moving_variance saves"), [".moving_variance", "mov", "varianc", "sav"]);
  assert.deepEqual(termsOf("BatchNormalisation on 2.16.2"), [".batchnormalization", "batch", "normaliz", "2.16.2", "2.16"]);
});

test("the error of a traceback is what is asked", () => {
  const around = `Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    tf.nn.moments()\n${ERROR}\n`;
  assert.deepEqual(query(around), query(ERROR));
  assert.deepEqual(query(around.replace(/\s+/g, " ")), query(ERROR), "also where a field has joined its lines");
  assert.equal(query(ERROR).keys().next().value, "tf.keras.layers.normalization");
});

test("a message of several lines is one, and the last error comes first", () => {
  const { errors } = read("KeyError: 'a'\n\nDuring handling\nValueError: no\nmore of it\n\nrest");
  assert.deepEqual(errors, [
    { type: "ValueError", message: "no more of it" },
    { type: "KeyError", message: "'a'" },
  ]);
});

test("a hash is FNV-1a", () => {
  assert.equal(hashed(""), "811c9dc5");
  assert.equal(hashed("foobar"), "bf9cf968");
});

test("nothing that is typed is too strange", () => {
  for (const text of ["", " ", "\u0000\ud800", "=".repeat(50_000), "(((((", "\u202e2.2", "a\r\nb", "__", "."]) assert.ok(query(text) instanceof Map);
});

test("results do not depend on what was asked before", () => {
  const find = tfcompat.search.engine(index);
  const first = find("stale predict");
  find("checkpoint");
  find("noramlization");
  assert.deepEqual(find("stale predict"), first);
  assert.deepEqual(tfcompat.search.engine(index)("stale predict"), first, "nor on which page it was asked");
  assert.deepEqual(find("zzzz qqqq"), []);
});

test("the scripts of the search name no other host", () => {
  for (const name of ["query.js", "search.js"]) {
    assert.doesNotMatch(readFileSync(new URL(`../../harness/tfcompat/templates/site/${name}`, import.meta.url), "utf8"), /https?:\/\//);
  }
});
