import { causeTest } from '../../cause-test.ts';

causeTest('client/username-invalid');
