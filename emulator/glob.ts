/** Whether a name matches a glob: `*` stands for any characters of one segment, `**` for any characters. */
export function matcherOf(glob: string): (name: string) => boolean {
  const source = glob
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'),
    )
    .join('');
  const pattern = new RegExp(`^${source}$`, 's');
  return (name) => pattern.test(name);
}
