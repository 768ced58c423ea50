import { expect, it } from 'vitest';
import { attemptOf } from '../../../src/app/attempt.ts';
import { cause } from '../../../src/causes/admission/max-startups.ts';
import { conclude } from '../../../src/reason/conclude.ts';
import { bundles, causeTest } from '../../cause-test.ts';

causeTest('admission/max-startups');

it.each(bundles('causes/admission/max-startups'))('says how many of 100 are closed in %s', (_, bundle) => {
  const found = (title: string, spec: string) => {
    const sections = Object.entries(bundle.sections).map(([name, { text, ...rest }]) => {
      return [name, { ...rest, text: text.replace('3 of 3-3 startups', title).replace('MaxStartups 3:100:3', spec) }];
    });
    const other = { ...bundle, sections: Object.fromEntries(sections) };
    return conclude([cause], other, attemptOf(other)).findings[0]?.text;
  };
  // As should_drop_connection() of sshd.c works it out.
  expect(found('6 of 3-10 startups', 'MaxStartups 3:30:10')).toMatch(/; now 60 of 100\)/);
  expect(found('10 of 10-100 startups', '')).toMatch(/; now 30 of 100\)/);
  expect(found('100 of 10-100 startups', '')).toMatch(/; now 100 of 100\)/);
});
