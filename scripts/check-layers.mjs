// Runs dependency-cruiser and fails when it looked at nothing: a tool that is blind must not pass for content.
import { cruise } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const config = await extractConfig('./.dependency-cruiser.mjs');
const result = await cruise(['src'], { ...config.options, ruleSet: config, validate: true }, undefined, {
  tsConfig: extractTSConfig('./tsconfig.json'),
});
const { summary } = result.output;
const ours = summary.totalCruised;
for (const v of summary.violations) console.error(`${v.rule.severity} ${v.rule.name}: ${v.from} → ${v.to}`);
if (ours === 0 || summary.totalDependenciesCruised === 0) {
  console.error('dependency-cruiser saw no modules or no imports: the layer rules were not checked');
  process.exit(1);
}
if (summary.error > 0) process.exit(1);
console.log(`layers: ${ours} modules, ${summary.totalDependenciesCruised} imports, no violation`);
