/* The types of what the scripts of the site share; only the type check reads this file. */

interface SearchDefinition {
  fields: Record<string, number>;
  kinds: Record<string, number>;
  empty: string[];
  synonyms: [string, ...string[]][];
  spelt: [string, string][];
  known: number;
  lacking: number;
  named: number;
  stands_for: number;
  fuzzy: number;
  prefix: number;
  saturation: number;
  length: number;
  floor: number;
  longest: number;
  lines: number;
  paths: number;
  terms: number;
  sentence: number;
  beginning: number;
  short: number;
  misspelt: string;
  fewest: number;
  many: number;
  relevant: number;
  word: string;
  part: string;
  ending: string;
  stem: number;
  name: number;
  dotted: string;
  escapes: string;
  margin: string;
  error: string;
  joined: string;
  traceback: string;
  begins: string;
  lacks: string[];
  inside: string;
  lacking_attribute: string;
  lacking_argument: string;
  given_argument: string;
  no_module: string;
  from_import: string;
  plain_import: string;
  attributes: string;
  sentences: string;
  differs: string;
}

interface SearchPath {
  module: string;
  name: string;
  lacks?: boolean;
}

interface SearchPage {
  page: string;
  title: string;
  kind: "api" | "question" | "finding" | "upgrade" | "loading" | "row";
  counts: number;
  says?: string;
  turned?: [string[], string][];
}

interface SearchHit extends SearchPage {
  score: number;
  close: boolean;
}

interface SearchIndex {
  definition: SearchDefinition;
  terms: { index: [string, Record<string, Record<string, number>>][] };
  pages: SearchPage[];
}

declare namespace MiniSearch {
  interface Options {
    tokenize: (text: string) => string[];
    processTerm: (term: string) => string;
    boost: Record<string, number>;
    boostTerm: (term: string) => number;
    boostDocument: (id: number) => number;
    prefix: (term: string) => boolean;
    fuzzy: (term: string) => number | false;
    maxFuzzy: number;
    weights: { fuzzy: number; prefix: number };
    bm25: { k: number; b: number; d: number };
  }
  interface Instance {
    search(query: string, options: Options): { id: number; score: number; queryTerms: string[] }[];
  }
}
declare const MiniSearch: { loadJS(terms: object, options: { fields: string[] }): MiniSearch.Instance };

interface Window {
  tfcompat: Shared;
  trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(address: string): unknown } };
}
declare const trustedTypes: Window["trustedTypes"];
declare var globalThis: Window;

/* The scripts ask for elements of the site's own markup, whose kinds they know, and for what these have. */
interface Element {
  hidden: boolean;
  dataset: DOMStringMap;
  tabIndex: number;
  href: string;
  content: string;
  focus(options?: FocusOptions): void;
  click(): void;
}
interface HTMLElement {
  value: string;
  open: boolean;
  elements: HTMLFormControlsCollection & Record<string, HTMLSelectElement>;
  close(): void;
  showModal(): void;
}
interface EventTarget {
  closest(selector: string): HTMLElement | null;
}

/** What the scripts of the site share: each adds its part. */
// biome-ignore lint/suspicious/noExplicitAny: what a script adds is its own
type Shared = any;
declare let tfcompat: Shared;
