import { causeTest } from '../../cause-test.ts';

causeTest('client/key-encrypted-noninteractive');
