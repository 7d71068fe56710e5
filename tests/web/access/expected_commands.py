"""By which routes each command is given, written by hand; it imports nothing.

A new command that stands nowhere here fails the build.
"""

_CASE, _WHISTLE = "/api/v1/incidents/<uuid:incident>", "/api/v1/whistles/<uuid:whistle>"
_PARTY = f"{_WHISTLE}/parties/<party>"
_PERSON, _UNIT = "/api/v1/admin/people/<handle>", "/api/v1/admin/units/<code>"
_AREA = "/api/v1/admin/areas/<code>"
_ACCOUNT = "POST /api/v1/admin/accounts/<handle>/<what>"

BY_ROUTES = {
    "ReportIncident": ("POST /api/v1/incidents", "POST /report", "POST /open311/v2/requests"),
    "TakeStep": (f"POST {_CASE}/steps/<step>", "POST /follow/<token>/rate"),
    "UnmergeIncident": (f"POST {_CASE}/unmerge",),
    "AddPublicNote": ("POST /open311/v2/servicerequestupdates",),
    "JoinCall": (f"POST {_CASE}/calls", "POST /hotline"),
    "AskErasure": ("POST /follow/<token>/erasure",),
    "AddPhoto": (f"POST {_CASE}/photos",),
    "BlurPhoto": (f"POST {_CASE}/photos/<photo>/blur",),
    "UncoverPhoto": (f"POST {_CASE}/photos/<photo>/original",),
    "BlowWhistle": (f"POST {_CASE}/whistles",),
    "SignFor": (f"POST {_PARTY}/sign-for",),
    "MakeContact": (f"POST {_PARTY}/contact",),
    "CheckIn": (f"POST {_PARTY}/check-in",),
    "BeginWork": (f"POST {_PARTY}/begin",),
    "FinishWork": (f"POST {_PARTY}/finish",),
    "SubstituteParty": (f"POST {_PARTY}/substitute",),
    "WithdrawParty": (f"POST {_PARTY}/withdraw",),
    "RateParty": (f"POST {_PARTY}/rate",),
    "ConfirmWhistle": (f"POST {_WHISTLE}/confirm",),
    "CallOffWhistle": (f"POST {_WHISTLE}/call-off",),
    "ApproveWhistle": (f"POST {_WHISTLE}/approve",),
    "DeclineWhistle": (f"POST {_WHISTLE}/decline",),
    "Reveal": (f"POST {_CASE}/reveal", "POST /api/v1/people/<handle>/reveal"),
    "EnrolPerson": ("POST /api/v1/admin/people",),
    "GrantRole": (f"POST {_PERSON}/roles",),
    "EndRole": (f"POST {_PERSON}/roles/end",),
    "LeaveService": (f"POST {_PERSON}/leave",),
    "BeAbsent": (f"POST {_PERSON}/absences",),
    "ComeBack": (f"POST {_PERSON}/back",),
    "GiveDuty": (f"POST {_PERSON}/duties",),
    "EndDuty": ("POST /api/v1/admin/duties/<int:number>/end",),
    "FoundUnit": ("POST /api/v1/admin/units",),
    "AnswerFor": (f"POST {_UNIT}/categories",),
    "CloseUnit": (f"POST {_UNIT}/close",),
    "AddArea": ("POST /api/v1/admin/areas",),
    "RenameArea": (f"POST {_AREA}/rename",),
    "MoveArea": (f"POST {_AREA}/move",),
    "MergeArea": (f"POST {_AREA}/merge",),
    "CloseArea": (f"POST {_AREA}/close",),
    "BoundArea": (f"POST {_AREA}/outline", "POST /admin/outline"),
    "PublishRules": ("POST /api/v1/admin/rules/<kind>/<name>",),
    "OpenAccount": (_ACCOUNT,),
    "DisableAccount": (_ACCOUNT,),
    "EnableAccount": (_ACCOUNT,),
    "MakeLink": (_ACCOUNT,),
    "UseLink": ("POST /link/<handle>/<secret>",),
    "SetPassword": ("POST /account/password", "POST /link/<handle>/<secret>"),
    "AddFactor": ("POST /account/totp", "POST /account/passkey"),
    "RemoveFactor": ("POST /account/factor/remove",),
    "IssueKey": ("POST /account/keys", "POST /api/v1/admin/accounts/<handle>/keys"),
    "RevokeKey": ("POST /account/keys/revoke",),
    "NoteSearch": ("POST /api/v1/searches",),
    "RegisterSender": ("POST /api/v1/admin/senders",),
    "ReviseSender": ("POST /api/v1/admin/senders/<code>/revise",),
    "RotateSenderKey": ("POST /api/v1/admin/senders/<code>/key",),
    "EndSender": ("POST /api/v1/admin/senders/<code>/end",),
    "BindIdentity": ("GET /sign-in/with/<name>/back",),
}

# Given by the clock and by processes that follow the facts, never by anybody's request.
BY_CLOCK = (
    "FireDeadline",
    "FirePartyDeadline",
    "OpenWhistle",
    "EndWhistle",
    "TellReporter",
    "BeginSubCase",
    "EndSubCase",
    "CallOffSubCase",
)

# Given on the machine itself, by its operator on the command line.
BY_HOUSE = (
    "PilotRules",
    "EndPilot",
    "ErasePerson",
    "ReadmitPerson",
    "RestrictPerson",
    "ReleasePerson",
    "ExportPerson",
    "UnbindIdentity",
    "MakePlan",
    "BeginMoving",
    "PauseMoving",
    "ResumeMoving",
    "MoveCase",
    "FinishMoving",
)
