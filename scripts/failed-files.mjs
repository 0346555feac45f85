// A reporter for node --test: the files with a failed test, one per line.
// oxlint-disable-next-line import/no-default-export -- node --test requires it of reporters
export default async function* failedFiles(events) {
  const failed = new Set();
  for await (const { type, data } of events) {
    if (type === 'test:fail' && data.file !== undefined) failed.add(data.file);
  }
  for (const file of failed) yield `${file}\n`;
}
