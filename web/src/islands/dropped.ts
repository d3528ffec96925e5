/** A file to send, and what to call it: with its folders where a folder was given. */
export interface Chosen {
  file: File;
  name: string;
}

/** System files that lie in folders without anybody's wish. */
const LEFT_OUT = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);

export function chosenIn(picker: HTMLInputElement): Chosen[] {
  return wanted([...(picker.files ?? [])].map((file) => ({ file, name: file.webkitRelativePath || file.name })));
}

/** Give every file of a drop, those in folders too. The entries must be taken before the first wait: the drop is gone then. */
export async function dropped(transfer: DataTransfer): Promise<Chosen[]> {
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry());
  const files = [...transfer.files].map((file) => ({ file, name: file.name }));
  if (!entries.some((entry) => entry?.isDirectory)) return wanted(files);
  const found = await Promise.all(entries.map((entry) => (entry ? walk(entry, "") : [])));
  return wanted(found.flat());
}

async function walk(entry: FileSystemEntry, folder: string): Promise<Chosen[]> {
  const name = folder + entry.name;
  if (entry.isFile) return [{ file: await fileOf(entry as FileSystemFileEntry), name }];
  const found: Chosen[] = [];
  for (const inside of await entriesOf(entry as FileSystemDirectoryEntry)) found.push(...(await walk(inside, `${name}/`)));
  return found;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A reader gives a folder's entries in portions, until it gives none. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    found.push(...some);
  }
}

function wanted(chosen: Chosen[]): Chosen[] {
  const kept = chosen.filter(({ name }) => !LEFT_OUT.has(name.split("/").pop() ?? name));
  return kept.sort((a, b) => a.name.localeCompare(b.name));
}
