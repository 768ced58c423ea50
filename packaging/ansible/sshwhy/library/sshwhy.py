#!/usr/bin/python
"""Asks sshwhy why a login over ssh fails, or how a server stands against a baseline."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: sshwhy
short_description: Why does a login over ssh fail, and how does sshd stand against a baseline
description:
  - Runs C(sshwhy) where the task runs, and gives its answer as data. It only looks, so nothing is ever changed, and check mode is the same.
  - The task fails when a login is kept out, or something at or above I(fail_on) was found; with I(fail=false) it is only reported.
options:
  look:
    description:
      - C(server) looks at this host as it is, and would I(user) be let in.
      - C(login) makes a real attempt from here to I(target), as C(sshwhy TARGET) does.
      - C(harden) holds this host against I(profile).
    type: str
    choices: [server, login, harden]
    default: server
  target:
    description: For C(login), C([user@]host[:port]).
    type: str
  user:
    description: For C(server), whose login it is about.
    type: str
  from_address:
    description: For C(server), where the login comes from.
    type: str
  key:
    description: For C(server), file with the public key of the login.
    type: path
  port:
    description: Port of sshd.
    type: int
  profile:
    description: For C(harden), the profile or a file with one.
    type: str
  fail_on:
    description: For C(harden), the lowest severity that counts.
    type: str
    choices: [low, medium, high, critical]
  args:
    description: Further words of the command line, each as it is.
    type: list
    elements: str
    default: []
  executable:
    description: The program; a name is looked for in PATH.
    type: path
    default: sshwhy
  fail:
    description: Whether the task fails when something was found.
    type: bool
    default: true
author:
  - sshwhy
"""

EXAMPLES = r"""
- name: Would the deploy key get in from the bastion?
  sshwhy:
    user: deploy
    from_address: 10.0.0.5
    key: /etc/ssh/deploy.pub

- name: A real login, from the machine that runs Ansible
  sshwhy:
    look: login
    target: "deploy@{{ inventory_hostname }}"
  delegate_to: localhost
  become: false

- name: Hardening, reported and not enforced
  sshwhy:
    look: harden
    profile: cis
    fail: false
  register: hardening
"""

RETURN = r"""
outcome:
  description: C(open), C(degraded), C(closed) or C(unknown); of C(harden) C(pass) or C(fail).
  returned: always
  type: str
gate:
  description: The first gate that is closed.
  returned: when one is
  type: str
causes:
  description: What was found, each with C(id), C(role), C(verdict) and C(text).
  returned: for server and login
  type: list
failing:
  description: What fails, each with C(control), C(severity), C(title), C(now) and C(wanted).
  returned: for harden
  type: list
report:
  description: The whole answer, by the schemas of sshwhy; foreign text in it has visible escapes.
  returned: always
  type: dict
"""

import json  # noqa: E402
import unicodedata  # noqa: E402

from ansible.module_utils.basic import AnsibleModule  # noqa: E402


def visible(value):
    """What a server said, without a character that a terminal obeys."""
    if isinstance(value, dict):
        return dict((visible(key), visible(one)) for key, one in value.items())
    if isinstance(value, list):
        return [visible(one) for one in value]
    if not isinstance(value, str):
        return value
    kinds = ("Cc", "Cf", "Zl", "Zp", "Cs", "Co")
    return "".join(
        char.encode("unicode_escape").decode("ascii") if unicodedata.category(char) in kinds else char for char in value
    )


def command_of(params):
    """The command line; what an inventory says is never an option."""
    words = [params["executable"]]
    look = params["look"]
    if look == "login":
        words.append(params["target"])
    else:
        words.append(look)
    flags = [("--port", "port")]
    if look == "server":
        flags += [("--user", "user"), ("--from", "from_address"), ("--key", "key")]
    if look == "harden":
        flags = [("--profile", "profile"), ("--fail-on", "fail_on")]
    if look == "login":
        flags = [("-p", "port")]
    for flag, name in flags:
        if params[name] is not None:
            words += [flag, str(params[name])]
    return words + ["--json"] + params["args"]


def login_answer(report):
    """Outcome, gate and sentence of a diagnosis."""
    gates = report["gates"]
    closed = [gate for gate in gates if gate["outcome"] == "closed"]
    causes = [dict((name, cause[name]) for name in ("id", "role", "verdict", "text")) for cause in report["causes"]]
    blocking = [cause for cause in causes if cause["role"] == "blocking"]
    answer = {"causes": causes}
    if closed or blocking:
        answer["outcome"] = "closed"
        if closed:
            answer["gate"] = closed[0]["gate"]
        why = blocking[0]["text"] if blocking else closed[0]["detail"]
        answer["msg"] = "closed%s: %s" % (' at the gate "%s"' % closed[0]["gate"] if closed else "", why)
        return answer
    degrading = [cause for cause in causes if cause["role"] == "degrading"]
    if degrading:
        answer.update(outcome="degraded", msg="open, but not well: %s" % degrading[0]["text"])
    elif any(gate["outcome"] == "open" for gate in gates):
        answer.update(outcome="open", msg="nothing found that keeps this login out")
    else:
        answer.update(outcome="unknown", msg="could not tell")
    return answer


def harden_answer(report, code):
    """Outcome and sentence of a profile."""
    names = ("control", "severity", "title", "now", "wanted")
    failing = [
        dict((name, one[name]) for name in names if name in one)
        for one in report["results"]
        if one["status"] == "fail"
    ]
    said = "%d of %d controls fail" % (len(failing), len(report["results"]))
    first = ", ".join(one["control"] for one in failing[:5])
    return {
        "outcome": "fail" if code == 1 else "pass",
        "failing": failing,
        "msg": said if not failing else "%s: %s%s" % (said, first, ", …" if len(failing) > 5 else ""),
    }


def main():
    module = AnsibleModule(
        argument_spec=dict(
            look=dict(choices=["server", "login", "harden"], default="server"),
            target=dict(),
            user=dict(),
            from_address=dict(),
            key=dict(type="path", no_log=False),
            port=dict(type="int"),
            profile=dict(),
            fail_on=dict(choices=["low", "medium", "high", "critical"]),
            args=dict(type="list", elements="str", default=[]),
            executable=dict(type="path", default="sshwhy"),
            fail=dict(type="bool", default=True),
        ),
        required_if=[("look", "login", ["target"])],
        supports_check_mode=True,
    )
    params = module.params
    for name in ("target", "user", "from_address", "key", "profile"):
        if (params[name] or "").startswith("-"):
            module.fail_json(msg="%s begins with a hyphen, and would be an option" % name)
    if "/" not in params["executable"]:
        params["executable"] = module.get_bin_path(params["executable"], required=True)
    code, out, err = module.run_command(command_of(params))
    try:
        report = visible(json.loads(out))
    except ValueError:
        report = None
    # 0 and 1 are answers, 3 is one when the report says what could not be looked at; all else has none.
    if code not in (0, 1) or report is None:
        module.fail_json(msg="sshwhy could not look: %s" % visible((err or out).strip()[-2000:]), rc=code)
    answer = harden_answer(report, code) if params["look"] == "harden" else login_answer(report)
    answer.update(report=report, status=code, changed=False)
    if code == 1 and params["fail"]:
        module.fail_json(**answer)
    module.exit_json(**answer)


if __name__ == "__main__":
    main()
