import { causeTest } from '../../cause-test.ts';

causeTest('name/unresolvable');
