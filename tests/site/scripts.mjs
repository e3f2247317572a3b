/* Loads the scripts of the site as a page does, and an index. */
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const FOLDER = new URL("../../harness/tfcompat/templates/site/", import.meta.url);

export function scripts(...names) {
  for (const name of names) runInThisContext(readFileSync(new URL(name, FOLDER), "utf8"), { filename: name });
}

/** The index that the test in Python made before it started these (``tests/publish/discovery/test_scripts.py``). */
export const index = JSON.parse(readFileSync(process.env.TFCOMPAT_INDEX, "utf8"));
export const { definition } = index;
