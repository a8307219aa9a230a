/** A test that shows that something works. `cases` is the file that names what it tries, when that is not its own. */
export interface Proof {
  file: string;
  /** With the names of the groups that it stands in: `group > test`. */
  test: string;
  cases?: string;
}

/** One thing of the Cloud API: whether the adapter and the sandbox have it. Null: not, or nothing shows it. */
export interface Row {
  name: string;
  /** What the test, or the file with its cases, must name: else any test would do. */
  subject: string;
  adapter: Proof | null;
  sandbox: Proof | null;
}

export interface Section {
  title: string;
  about: string;
  rows: readonly Row[];
  /** Why a row is missing on a side, by its name: every such row has a sentence. */
  missing?: Readonly<Record<string, string>>;
}

/** The tests of one file, by name. */
export function testsOf(file: string, cases?: string): (test: string) => Proof {
  return (test) => ({ file, test, ...(cases === undefined ? undefined : { cases }) });
}

/** One row; `subject` is its name when absent. */
export function row(name: string, adapter: Proof | null, sandbox: Proof | null, subject = name): Row {
  return { name, subject, adapter, sandbox };
}
