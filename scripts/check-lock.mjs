// Fails where package-lock.json does not pin the contents of a package: npm would install whatever a registry sends.
// node scripts/check-lock.mjs [package-lock.json]
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync(process.argv[2] ?? 'package-lock.json', 'utf8'));
// Packages of a registry have no `resolved` here (.npmrc); one with it comes from elsewhere.
const loose = Object.entries(packages)
  .filter(([place, { integrity, resolved }]) => place !== '' && !(integrity?.startsWith('sha512-') && !resolved))
  .map(([place]) => place);
if (loose.length > 0) {
  process.stderr.write(
    `package-lock.json pins no contents of ${loose.join(', ')}. Restore it, copy it with package.json and .npmrc to an ` +
      'empty folder, and run npm install --package-lock-only there: npm knows no checksum of what was installed already.\n',
  );
  process.exitCode = 1;
}
